import type { Values } from "../../lib/configuration/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import type { Channel } from "./channel.ts";
import type { Integration, Making, OnCall } from "./integration.ts";
import type { TicketFields } from "./jira/fields.ts";
import type { Outgoing } from "./outgoing.ts";
import { type deliverySettings, INTEGRATIONS } from "./registry.ts";
import { unconfiguredChannel } from "./unconfigured.ts";

/** What channels are made with. */
export interface ChannelDeps {
  readonly log: Logger;
  /** What the Jira project wants of every ticket. */
  readonly ticketFields?: TicketFields | undefined;
  readonly onCall?: OnCall | undefined;
  readonly fetch?: typeof fetch;
  readonly now?: () => Date;
  /** Reads a setting of the store; default: there is none. */
  readonly recall?: Making["recall"];
}

/** Validated {@linkcode deliverySettings}. */
export type DeliveryValues = Values<typeof deliverySettings>;

/** Longest that a request to another side may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * Every channel: those that need nothing always, the others where they are configured. One log line for each integration
 * that is left out, but for those of which nothing is configured, names the variables that would enable it; what is asked of it is declined in the same words.
 */
export function createChannels(settings: DeliveryValues, deps: ChannelDeps): Channel[] {
  const { log, ticketFields = {}, fetch: via = fetch, now = () => new Date() } = deps;
  const { onCall, recall = () => Promise.resolve(undefined) } = deps;
  const outgoing = outgoingOf(via, now);
  const channels: Channel[] = [];
  const tell = () => channels.filter(tellsPeople).map(({ name }) => name);
  const making: Making = { log, outgoing, ticketFields, tell, onCall, recall };
  const all = wantedOf(settings);
  const inOrder = [
    ...all.filter((one) => one.missing === undefined),
    ...all.filter((one) => one.missing !== undefined),
  ];
  for (const one of inOrder) {
    const missing = one.missing?.(settings) ?? [];
    if (missing.length === 0) channels.push(one.create(settings, making));
    else {
      log.info(skipped(one.name, missing));
      if (one.carriesOut !== undefined) channels.push(unconfiguredChannel(one.carriesOut.channel, one.name, missing));
    }
  }
  return channels;
}

/** What every request to another side is sent with. */
export function outgoingOf(via: typeof fetch, now: () => Date): Outgoing {
  return { fetch: via, now, timeoutMs: REQUEST_TIMEOUT_MS };
}

/** The integrations that are always there, and those of which something is configured. */
export function wantedOf(settings: DeliveryValues): readonly Integration<DeliveryValues>[] {
  const all: readonly Integration<DeliveryValues>[] = INTEGRATIONS;
  return all.filter((one) => one.wanted?.(settings) !== false);
}

/** Whether people are told on it without having asked; the agent's record tells nobody. */
export function tellsPeople({ readBy, news, isRecord }: Channel): boolean {
  return readBy === "people" && news && isRecord !== true;
}

/** `WhatsApp is skipped: set A and B to enable it`. */
export function skipped(integration: string, missing: readonly string[]): string {
  const names = missing.length === 1 ? missing[0] : `${missing.slice(0, -1).join(", ")} and ${missing.at(-1)}`;
  return `${integration} is skipped: set ${names} to enable it`;
}
