import { bareUrl, parseJson } from "../lib/http/mod.ts";
import * as v from "valibot";
import { explainDenied } from "../lib/configuration/mod.ts";
import { CliError, EXIT } from "./exit.ts";
import { oneLine } from "../lib/terminal/mod.ts";

/** A part of the system that is talked to, for messages. */
export interface Part {
  /** E.g. `the agent`. */
  readonly name: string;
  readonly url: string;
  /** The variable and flag that say where it is. */
  readonly from: string;
  /** Sent as a bearer token where there is one. */
  readonly token?: string | undefined;
}

/** A request to a part. */
export interface Call<S extends v.GenericSchema> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: unknown;
  /** What the answer must be. */
  readonly schema: S;
  readonly timeoutMs?: number;
  /** 503 with a body as expected is an answer too: the part says what is wrong with it. */
  readonly unwell?: boolean;
}

const errorBody = v.looseObject({ error: v.string(), message: v.string() });

/** An answer of 4xx or 5xx. */
export class RefusedError extends CliError {
  override name = "RefusedError";

  constructor(readonly status: number, readonly code: string, message: string) {
    super(EXIT.notWell, message);
  }
}

/** Talks JSON to the system's parts. */
export class Api {
  readonly #fetch: typeof fetch;

  constructor(deps: { fetch: typeof fetch }) {
    this.#fetch = deps.fetch;
  }

  /**
   * Calls `part` and checks what it answers.
   *
   * @throws {RefusedError} with the part's own words, when it answers 4xx or 5xx.
   * @throws {CliError} when it does not answer, or answers something else than expected.
   */
  async call<S extends v.GenericSchema>(part: Part, call: Call<S>): Promise<v.InferOutput<S>> {
    const response = await this.open(part, call);
    const text = await bodyOf(part, response);
    let body: unknown;
    try {
      body = parseJson(text);
    } catch {
      if (!response.ok) throw refused(part, response.status, text);
      throw strange(part, "its answer is not JSON");
    }
    const parsed = v.safeParse(call.schema, body);
    const unwell = call.unwell === true && response.status === 503 && parsed.success &&
      !v.is(errorBody, body);
    if (!response.ok && !unwell) throw refused(part, response.status, body);
    if (parsed.success) return parsed.output;
    const issue = parsed.issues[0];
    throw strange(part, `${v.getDotPath(issue) ?? "its answer"}: ${issue.message}`);
  }

  /**
   * Calls `part` and hands out the response, whatever its status.
   *
   * @throws {CliError} when it does not answer.
   */
  async open(part: Part, call: Omit<Call<v.GenericSchema>, "schema"> & { signal?: AbortSignal }): Promise<Response> {
    const { path, query = {}, method = "GET", body, timeoutMs = 10_000 } = call;
    const given = Object.entries(query).filter((entry): entry is [string, string | number] => entry[1] !== undefined);
    const parameters = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    const headers: Record<string, string> = { accept: "application/json" };
    if (body !== undefined) headers["content-type"] = "application/json";
    if (part.token !== undefined) headers.authorization = `Bearer ${part.token}`;
    try {
      return await this.#fetch(`${part.url}${path}${parameters && `?${parameters}`}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: call.signal ?? AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      throw unreachable(part, error);
    }
  }
}

async function bodyOf(part: Part, response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw unreachable(part, error);
  }
}

function unreachable(part: Part, error: unknown): CliError {
  const denied = explainDenied(error);
  if (denied !== undefined) return new CliError(EXIT.usage, denied, { cause: error });
  const slow = error instanceof DOMException && error.name === "TimeoutError";
  return new CliError(
    EXIT.unreachable,
    `${atStart(part.name)} does not answer${slow ? " in time" : ""} at ${
      bareUrl(part.url)
    }. Start it with "deno task up", or set its address with ${part.from}.`,
    { cause: error },
  );
}

function refused(part: Part, status: number, body: unknown): RefusedError {
  const parsed = v.safeParse(errorBody, body);
  if (parsed.success) {
    return new RefusedError(status, parsed.output.error, `${atStart(part.name)}: ${oneLine(parsed.output.message)}`);
  }
  // What another program says at that address is not repeated: it may hold anything.
  const what = `${atStart(part.name)} at ${bareUrl(part.url)} answered ${status}`;
  return new RefusedError(status, "", `${what} in words that are not ours. Is another program there?`);
}

function strange(part: Part, what: string): CliError {
  return new CliError(
    EXIT.notWell,
    `Cannot read the answer of ${part.name} at ${
      bareUrl(part.url)
    }: ${what}. Is another program there, or another version? ("oncall status")`,
  );
}

function atStart(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
