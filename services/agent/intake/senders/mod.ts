/** How other people's alerts are read: their JSON, texts, and the fields that each sender uses. */
export { type ReadAlert, readAlerts, senderOf, statusOf } from "./generic.ts";
export { readJson } from "./json.ts";
export type { Sender, SenderOptions } from "./sender.ts";
export { ANY_SENDER, SENDERS } from "./table.ts";
export { asText, isObject, plainText, textPairs } from "./text.ts";
