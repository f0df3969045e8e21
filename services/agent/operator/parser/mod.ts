/** Understanding an operator's words without a model. */
export { type Doing, intentSchema } from "../../incidents/mod.ts";
export type { Intent, Parsed } from "./intent.ts";
export { isQuestion, isReading, isSmallTalk, isThanks, parseMessage } from "./parse.ts";
