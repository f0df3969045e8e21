import { parseJson, readBounded } from "../../../lib/http/mod.ts";
import { retryAfterMs, sleep } from "../../../lib/waiting/mod.ts";
import { EgressRefused } from "../../connections/mod.ts";
import { ToolError } from "../tool_error.ts";
import { wordsOf } from "./words.ts";

/** How another program is asked. */
export interface Ask {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  /** Name of the other system for errors, e.g. `Prometheus`. */
  readonly who: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Largest answer that is read, in bytes. */
  readonly maxBytes?: number;
  /** Whether a busy endpoint is retried; default: yes. */
  readonly patient?: boolean;
}

/** An answer that is JSON, whatever its status. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Statuses after which the same question may be answered a moment later. */
const BUSY = new Set([429, 502, 503, 504]);
const MOST_TRIES = 3;
/** Pauses before the second and the third try where the server names none, in milliseconds. */
const PAUSES_MS = [300, 900] as const;
/** A longer `Retry-After` is reported instead of awaited: a tool has a few seconds. */
const LONGEST_PAUSE_MS = 2_000;

/**
 * GETs JSON. Who is busy (429, 502 to 504) is asked again, twice at the most, after what `Retry-After` names.
 *
 * @throws {ToolError} `unreachable`, `timeout` or `bad_answer`, naming who was asked, where, and what was answered.
 */
export async function getJson(url: string, ask: Ask): Promise<JsonAnswer> {
  return toJson(url, ask, await getText(url, ask));
}

/** GETs text in the same way. */
export async function getText(url: string, ask: Ask): Promise<TextAnswer> {
  for (let tries = 1;; tries++) {
    const answer = await getOnce(url, ask);
    const wait = BUSY.has(answer.status) && tries < MOST_TRIES && ask.patient !== false
      ? pauseOf(answer.headers, tries)
      : undefined;
    if (wait === undefined || wait > LONGEST_PAUSE_MS) return answer;
    try {
      await sleep(wait, ask.signal);
    } catch {
      // Ended during the wait: the server's error says more than the timeout.
      return answer;
    }
  }
}

/** An answer as it came. */
export interface TextAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function getOnce(url: string, ask: Ask): Promise<TextAnswer> {
  // Credentials go into a header, so that no error can name them.
  const { username, password, ...rest } = splitCredentials(url);
  try {
    const response = await ask.fetch(rest.url, {
      signal: ask.signal,
      redirect: "error",
      headers: {
        accept: "application/json",
        ...(username === "" && password === "" ? {} : { authorization: basic(username, password) }),
        ...ask.headers,
      },
    });
    const text = await readText(response, ask.maxBytes ?? 8 * 2 ** 20);
    return { status: response.status, headers: response.headers, text };
  } catch (cause) {
    throw failure(whereOf(url, ask), cause, ask.signal);
  }
}

function toJson(url: string, ask: Ask, { status, headers, text }: TextAnswer): JsonAnswer {
  try {
    return { status, headers, body: parseJson(text) };
  } catch (cause) {
    const words = wordsOf(text);
    const said = status < 400
      ? ` with something that is not JSON${words === "" ? "" : `: ${words}`}`
      : words === ""
      ? " without a word"
      : `: ${words}`;
    throw new ToolError("bad_answer", `${whereOf(url, ask)} answered ${status}${said}${waitWords(headers, status)}`, {
      cause,
    });
  }
}

/** `; it asks to wait 30 s` where an answer says so. */
export function waitWords(headers: Headers, status: number): string {
  const wait = BUSY.has(status) ? retryAfterMs(headers.get("retry-after"), new Date()) : undefined;
  return wait === undefined || wait <= LONGEST_PAUSE_MS ? "" : `; it asks to wait ${Math.ceil(wait / 1000)} s`;
}

function pauseOf(headers: Headers, tries: number): number {
  return retryAfterMs(headers.get("retry-after"), new Date()) ?? PAUSES_MS[tries - 1]!;
}

function whereOf(url: string, ask: Ask): string {
  return `${ask.who} at ${new URL(url).origin}`;
}

function splitCredentials(text: string): { url: string; username: string; password: string } {
  const url = new URL(text);
  const { username, password } = url;
  if (username === "" && password === "") return { url: text, username, password };
  url.username = "";
  url.password = "";
  return { url: url.href, username: decoded(username), password: decoded(password) };
}

/** Without its percent escapes, where they are right. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function basic(username: string, password: string): string {
  return `Basic ${new TextEncoder().encode(`${username}:${password}`).toBase64()}`;
}

function failure(where: string, cause: unknown, signal: AbortSignal): ToolError {
  if (cause instanceof ToolError) return cause;
  if (signal.aborted) {
    return signal.reason instanceof DOMException && signal.reason.name === "TimeoutError"
      ? new ToolError("timeout", `${where} did not answer in time`, { cause })
      : new ToolError("cancelled", `the call to ${where} was cancelled`, { cause });
  }
  if (cause instanceof EgressRefused) return new ToolError("refused", cause.message, { cause });
  const text = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof Deno.errors.NotCapable || /NotCapable|Requires net access/.test(text)) {
    return new ToolError("refused", `this agent may not connect to ${where}; its build did not permit that host`, {
      cause,
    });
  }
  const reason = /refused/i.test(text)
    ? "connection refused"
    : /dns|lookup|resolve/i.test(text)
    ? "its name cannot be resolved"
    : /redirect/i.test(text)
    ? "it answered with a redirect"
    : `the connection failed (${text.replace(/ for url \(.*?\)/, "")})`;
  return new ToolError("unreachable", `${where} cannot be reached: ${reason}`, { cause });
}

async function readText(response: Response, maxBytes: number): Promise<string> {
  const { text, cut } = await readBounded(response.body, maxBytes);
  if (cut) throw new ToolError("bad_answer", `the answer is larger than ${maxBytes} bytes`);
  return text;
}
