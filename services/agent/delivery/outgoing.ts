import { explainDenied } from "../../lib/configuration/mod.ts";
import { parseJson, readBounded } from "../../lib/http/mod.ts";
import { retryAfterMs } from "./backoff.ts";

/** What came of a request to another side. */
export type Answer =
  | {
    readonly kind: "answer";
    readonly status: number;
    readonly body: string;
    readonly retryAfterMs?: number;
  }
  /** Nothing usable came back; `reached` is false when the request can't have got there. */
  | { readonly kind: "silence"; readonly reason: string; readonly reached: boolean };

/** What a request needs besides its target. */
export interface Outgoing {
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  /** For the whole exchange, in milliseconds. */
  readonly timeoutMs: number;
}

/** Answers longer than this are cut, in bytes: no answer that the agent reads is longer. */
const LONGEST_BODY = 4_000_000;

/**
 * Makes one request and reads its answer; never rejects, never follows a redirect. A body is sent once: Deno's fetch
 * repeats a request with a body in memory, POST included, when the connection closes before the answer, and does not
 * with a Blob (https://github.com/denoland/deno/issues/35610).
 */
export async function request(
  target: string,
  init: Omit<RequestInit, "body"> & { body?: string },
  outgoing: Outgoing,
): Promise<Answer> {
  const signal = AbortSignal.timeout(outgoing.timeoutMs);
  let response: Response;
  try {
    const body = init.body === undefined || init.body === null ? {} : { body: new Blob([String(init.body)]) };
    response = await outgoing.fetch(target, { ...init, ...body, signal, redirect: "manual" });
  } catch (error) {
    if (signal.aborted) return { kind: "silence", reason: noAnswer(outgoing.timeoutMs), reached: true };
    const denied = explainDenied(error);
    if (denied !== undefined) return { kind: "silence", reason: denied, reached: false };
    const reason = reasonOf(error);
    return { kind: "silence", reason, reached: !/\(Connect\)|dns error|refused/i.test(reason) };
  }
  try {
    const { text: body } = await readBounded(response.body, LONGEST_BODY);
    const after = retryAfterMs(response.headers.get("retry-after"), outgoing.now());
    return { kind: "answer", status: response.status, body, ...(after === undefined ? {} : { retryAfterMs: after }) };
  } catch (error) {
    const reason = signal.aborted ? noAnswer(outgoing.timeoutMs) : `the answer broke off: ${reasonOf(error)}`;
    return { kind: "silence", reason, reached: true };
  }
}

/** The body as JSON; undefined when it is none. */
export function jsonOf(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

function noAnswer(timeoutMs: number): string {
  return `no answer within ${timeoutMs / 1_000} s`;
}

/** One line of an error, without the addresses that `fetch` puts in front. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/^error sending request[^:]*?(for url \([^)]*\))?:\s*/i, "").split("\n")[0]!.slice(0, 300);
}
