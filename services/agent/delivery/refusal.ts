import { answer, type Asking } from "./answer.ts";
import type { SendResult } from "./channel.ts";

/** Another system refused a request. */
export interface Refusal {
  /** In words for a person. */
  readonly reason: string;
  /** Another attempt may succeed. */
  readonly transient: boolean;
  /** Whether the request can have had its effect. */
  readonly maybeDone: boolean;
  /** How long the other side asked to wait before a retry, in milliseconds. */
  readonly afterMs?: number;
}

/**
 * A refusal as an outcome; whoever asked for `what` is told once, also when it will be tried again. What somebody asked for
 * and another system refuses has its answer with that: only what nobody asked for is a failed delivery.
 */
export function refused({ reason, transient, maybeDone, afterMs }: Refusal, row: Asking, what: string): SendResult {
  if (!transient) {
    return {
      outcome: isAskedFor(row) ? "declined" : "permanent",
      reason,
      effects: (tx) => answer(tx, row, `${what} failed. ${reason}`, "failed"),
    };
  }
  return {
    outcome: "retryable",
    reason,
    maybeSent: maybeDone,
    ...(afterMs === undefined ? {} : { afterMs }),
    effects: (tx) => answer(tx, row, `${what} is delayed: ${reason.replace(/[.;]{1,3}$/, "")}. Retrying.`, "waiting"),
  };
}

/** Whether a person requested it and can be answered. */
export function isAskedFor({ payload }: Asking): boolean {
  return payload.reply !== undefined;
}

/** Whether a request with this status may succeed later; undefined: nothing came back. */
export function isTransient(status: number | undefined): boolean {
  return status === undefined || status === 408 || status === 429 || status >= 500;
}
