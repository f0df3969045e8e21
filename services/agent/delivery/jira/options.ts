import type { JiraClient, Refusal } from "./client.ts";
import type { SendResult } from "../channel.ts";
import type { OutboxRow } from "../../incidents/mod.ts";
import { answer } from "../answer.ts";

/** What tickets are made with. */
export interface JiraOptions {
  readonly client: JiraClient;
  readonly project: string;
  readonly issueType: string;
  /** Name of the transition (or of the status that it leads to) taken when an incident resolves; undefined: none. */
  readonly resolveTransition: string | undefined;
  /** Base of links to the console. */
  readonly publicUrl: string | undefined;
  /** Channels on which a ticket that was not asked for there is told. */
  readonly tell: readonly string[];
  readonly now: () => Date;
}

/** A refusal as an outcome; whoever asked is told once, also when it will be tried again. */
export function refused(refusal: Refusal, row: OutboxRow, what: string): SendResult {
  const { status, reason, afterMs, maybeDone } = refusal;
  const transient = status === undefined || status === 408 || status === 429 || status >= 500;
  if (!transient) {
    return {
      outcome: "permanent",
      reason,
      effects: (tx) => answer(tx, row, `${what} did not work. ${reason}`, "failed"),
    };
  }
  return {
    outcome: "retryable",
    reason,
    ...(afterMs === undefined ? {} : { afterMs }),
    maybeSent: maybeDone,
    effects: (tx) => answer(tx, row, `${what} has to wait: ${reason}. I keep trying.`, "waiting"),
  };
}
