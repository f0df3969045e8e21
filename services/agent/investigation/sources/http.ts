import { ToolError } from "../tools/tool.ts";

/** How another program is asked. */
export interface Ask {
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
  /** Who is asked, for errors, e.g. `Prometheus`. */
  readonly who: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Largest answer that is read, in bytes. */
  readonly maxBytes?: number;
}

/** An answer that is JSON, whatever its status. */
export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * GETs JSON.
 *
 * @throws {ToolError} `unreachable`, `timeout` or `bad_answer`, naming who was asked and where.
 */
export async function getJson(url: string, ask: Ask): Promise<JsonAnswer> {
  const where = `${ask.who} at ${new URL(url).origin}`;
  let response: Response;
  let text: string;
  try {
    response = await ask.fetch(url, {
      signal: ask.signal,
      redirect: "error",
      headers: { accept: "application/json", ...ask.headers },
    });
    text = await readText(response, ask.maxBytes ?? 8 * 2 ** 20);
  } catch (cause) {
    throw failure(where, cause, ask.signal);
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new ToolError("bad_answer", `${where} answered ${response.status} with something that is not JSON`, {
      cause,
    });
  }
  return { status: response.status, headers: response.headers, body };
}

function failure(where: string, cause: unknown, signal: AbortSignal): ToolError {
  if (cause instanceof ToolError) return cause;
  if (signal.aborted) {
    return signal.reason instanceof DOMException && signal.reason.name === "TimeoutError"
      ? new ToolError("timeout", `${where} did not answer in time`, { cause })
      : new ToolError("cancelled", `the call to ${where} was cancelled`, { cause });
  }
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
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new ToolError("bad_answer", `the answer is larger than ${maxBytes} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
