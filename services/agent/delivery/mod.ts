/** What leaves the agent: the outbox's worker and the channels that its rows go out on. */
export type { Channel, Effects, FindResult, Letter, Receipt, SendResult } from "./channel.ts";
export { type ChannelDeps, createChannels, type DeliveryValues, tellsPeople } from "./channels.ts";
export { type ListeningDeps, startListening } from "./listening.ts";
export { type DeliveryDeps, startDelivery } from "./outbox.ts";
export type { Check } from "./check.ts";
export { deliveryChecks } from "./checks.ts";
export { type Answer, jsonOf, type Outgoing, request } from "./outgoing.ts";
export type { Matcher } from "./alertmanager/client.ts";
export { incidentMatchers } from "./alertmanager/matchers.ts";
export { doc, paragraph, text } from "./jira/adf.ts";
export { ticketDescription } from "./jira/description.ts";
export { deliverySettings, orderChannels } from "./registry.ts";
export { stormGate, type StormPolicy, stormSettings } from "./storm/mod.ts";
export { alertTitle, pageText } from "./words/page.ts";
export type { OnCall } from "./integration.ts";
