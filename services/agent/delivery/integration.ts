import type { Hono } from "hono";
import type { Settings } from "../../lib/configuration/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import type { Hear, IncidentView, OrderKind } from "../incidents/mod.ts";
import type { Channel } from "./channel.ts";
import type { Check } from "./check.ts";
import type { TicketFields } from "./jira/fields.ts";
import type { Outgoing } from "./outgoing.ts";

/** Who is on call for an incident at a time (RFC 3339), as the address that a channel knows. */
export type OnCall = (channel: string, view: IncidentView | undefined, at: string) => string | undefined;

/** What a channel is made with. */
export interface Making {
  readonly log: Logger;
  readonly outgoing: Outgoing;
  /** What the Jira project wants of every ticket. */
  readonly ticketFields: TicketFields;
  /** Names of the channels on which people are told what was done; known once all are made. */
  readonly tell: () => readonly string[];
  readonly onCall?: OnCall | undefined;
  /** A value that an earlier message left in the store; undefined where there is none. */
  readonly recall: (name: string) => Promise<string | undefined>;
}

/** What a channel that is answered on listens with. */
export interface Listening {
  readonly log: Logger;
  readonly outgoing: Outgoing;
  readonly random: () => number;
  /** Takes in what was heard. Rejects while the store is away: then it is to be heard again. */
  readonly hear: Hear;
}

/** What listens for answers. */
export interface Listener {
  /** Routes of the agent by which answers come. */
  readonly routes?: Hono;
  stop?(): Promise<void>;
}

/** What the check of an integration is based on. */
export interface Looking {
  readonly outgoing: Outgoing;
  /** An alert was received since the agent's start. */
  readonly heard: boolean;
  readonly ticketFields: TicketFields;
}

/** A channel as its folder declares it: all that the rest of the agent knows of it before it is made. */
export interface Integration<Values> {
  /** As people call it. */
  readonly name: string;
  readonly settings: Settings;
  /** Whether anything of it is configured: what nobody began to configure is left out without a word. Absent: always. */
  wanted?(settings: Values): boolean;
  /** Variables without which it can do nothing. Absent: it is always there. */
  missing?(settings: Values): string[];
  /**
   * The orders that its channel carries out, each one channel's alone. While variables are missing it declines them; an
   * integration without orders is left out then.
   */
  readonly carriesOut?: { readonly channel: string; readonly orders: readonly OrderKind[] };
  create(settings: Values, making: Making): Channel;
  /** Listens for what people answer; called only when nothing is missing. */
  listen?(settings: Values, listening: Listening): Listener;
  /** Checks whether it works; changes nothing. */
  checks?(settings: Values, looking: Looking): readonly Promise<Check>[];
}

/** Whether any of these has a value. */
export function anySet(values: readonly unknown[]): boolean {
  return values.some((value) => value !== undefined && !(Array.isArray(value) && value.length === 0));
}

/** The variables of those that have no value. */
export function unset(needed: readonly (readonly [name: string, value: unknown])[]): string[] {
  return needed.filter(([, value]) => value === undefined).map(([name]) => name);
}
