import * as v from "valibot";
import { common } from "./common.ts";

const { exactOptional, number, object, string } = v;

/** Payloads of orders: what other systems are to do. */
export const ORDERS = {
  create_jira_ticket: object({
    ...common,
    /** Name or e-mail address as it was written. */
    assignee: exactOptional(string()),
    /** The account that was chosen among several of that name. */
    account_id: exactOptional(string()),
    priority: exactOptional(v.picklist(["low", "medium", "high", "critical"])),
    /** `YYYY-MM-DD`. */
    due: exactOptional(string()),
  }),
  assign: object({ ...common, assignee: string(), account_id: exactOptional(string()) }),
  comment: object({ ...common, comment: string() }),
  /** The incident fires again: its ticket is reopened where that can be done. `episode`: the one that begins. */
  reopen_ticket: object({ ...common, episode: number() }),
  silence: object({ ...common, ms: number() }),
  unsilence: object(common),
  scale: object({ ...common, replicas: number() }),
  /**
   * Nobody has acknowledged an episode: the next people are called. `step` is the one of its policy that is due, from 0 on,
   * and `round` how often all steps were taken before.
   */
  escalate: object({
    ...common,
    episode: number(),
    step: number(),
    round: number(),
    because: v.picklist(["no_answer", "undelivered", "put_off"]),
    /** With `undelivered`: who was not reached, on which channel, and where, if the row said so. */
    person: exactOptional(string()),
    failed_on: exactOptional(string()),
    failed_to: exactOptional(string()),
    /** With `put_off`: the acknowledgment that led to nothing (RFC 3339). */
    acknowledged_at: exactOptional(string()),
  }),
  /** A message that the parser does not understand, for a model. */
  question: object({ ...common, text: string() }),
};

const one = <K extends keyof typeof ORDERS>(kind: K) =>
  object({ channel: string(), kind: v.literal(kind), payload: ORDERS[kind] });

/** An order with the channel that it goes out on, as it is kept until an operator has chosen or confirmed it. */
export const orderSchema = v.variant("kind", [
  one("create_jira_ticket"),
  one("assign"),
  one("comment"),
  one("silence"),
  one("unsilence"),
  one("scale"),
  one("question"),
]);

/** An order with the channel that it goes out on. */
export type Order = v.InferOutput<typeof orderSchema>;
