import type { SendResult } from "./channel.ts";
import type { Answer } from "./outgoing.ts";

/**
 * What an answer means for the message that was sent with it; undefined where it was accepted (2xx). `said` are the other
 * side's own words.
 */
export function failureOf(answer: Answer, who: string, said = ""): SendResult | undefined {
  if (answer.kind === "silence") {
    return { outcome: "retryable", reason: `${who} cannot be reached: ${answer.reason}`, maybeSent: answer.reached };
  }
  const { status, retryAfterMs } = answer;
  if (status >= 200 && status <= 299) return undefined;
  const reason = `${who} answered ${status}${said === "" ? "" : `: ${said.slice(0, 300)}`}`;
  const after = retryAfterMs === undefined ? {} : { afterMs: retryAfterMs };
  if (status === 429) return { outcome: "retryable", reason, ...after };
  if (status >= 500 || status === 408) return { outcome: "retryable", reason, ...after, maybeSent: true };
  return { outcome: "permanent", reason };
}

/** A channel's own pause: when the other side asked to wait, nothing is sent to it until then, whatever row is next. */
export class Pause {
  #untilMs = 0;
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** How a row fares while the pause lasts; undefined when there is none. */
  get waiting(): SendResult | undefined {
    const leftMs = this.#untilMs - this.#now().getTime();
    return leftMs > 0 ? { outcome: "retryable", reason: "the other side asked to wait", afterMs: leftMs } : undefined;
  }

  /** Keeps the time that a result asks to wait. */
  noted(result: SendResult): SendResult {
    if (result.outcome === "retryable" && result.afterMs !== undefined && result.maybeSent !== true) {
      this.#untilMs = this.#now().getTime() + result.afterMs;
    }
    return result;
  }
}
