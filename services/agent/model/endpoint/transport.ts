import type OpenAI from "openai";
import { ModelError } from "../error.ts";
import { readBounded } from "../../../lib/http/mod.ts";
import { splitBase } from "./addresses.ts";

/** What the endpoint answered, whatever its status. */
export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A request to the endpoint. */
export interface Posted {
  /** Below the base URL, e.g. `/chat/completions`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface TransportOptions {
  readonly apiKey: string | undefined;
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
}

/** Longest answer that is read, in bytes: a streamed one of 32,000 tokens has about 7 MB. */
const LONGEST_ANSWER = 8_000_000;
const DEFAULT_WAIT_MS = 1_000;

/**
 * Sends requests through the SDK, which is loaded with the first of them: most agents never ask a model, and it is the
 * largest part of their start. The answer's bytes are bounded while they arrive, and its body is within the time limit.
 */
export function createTransport(options: TransportOptions): (posted: Posted) => Promise<Received> {
  const { baseUrl, timeoutMs } = options;
  let sdk: Promise<typeof OpenAI> | undefined;
  const { base, query } = splitBase(baseUrl);
  return async ({ path, body, headers = {}, signal }) => {
    const Client = await (sdk ??= import("openai").then((module) => module.default));
    let received: Received | undefined;
    let tooLong = false;
    const fetch = async (input: string | URL | Request, init?: RequestInit) => {
      const response = await options.fetch(input, init);
      const { text, cut } = await readBounded(response.body, LONGEST_ANSWER);
      tooLong = cut;
      received = { status: response.status, headers: response.headers, text };
      return new Response(null, { status: response.ok ? 200 : response.status });
    };
    const client = new Client({
      apiKey: options.apiKey ?? "none",
      baseURL: base,
      maxRetries: 0,
      timeout: timeoutMs,
      // Set here, so that nothing else of the environment reaches the client.
      organization: null,
      project: null,
      defaultQuery: Object.fromEntries(query),
      fetch,
      logLevel: "off",
    });
    try {
      await client.post(path, { body, headers, ...(signal === undefined ? {} : { signal }) }).asResponse();
    } catch (error) {
      if (received === undefined) throw connectionError(error, { sdk: Client, timeoutMs });
    }
    if (received === undefined) throw new ModelError("unavailable", "the model's endpoint did not answer");
    if (tooLong) {
      throw new ModelError(
        "malformed",
        `the model's endpoint answered with more than ${LONGEST_ANSWER / 1_000_000} MB, which is not a completion`,
      );
    }
    return received;
  };
}

function connectionError(
  error: unknown,
  { sdk, timeoutMs }: { readonly sdk: typeof OpenAI; readonly timeoutMs: number },
): ModelError {
  if (error instanceof sdk.APIUserAbortError) {
    return new ModelError("cancelled", "the request to the model was cancelled", { cause: error });
  }
  if (error instanceof sdk.APIConnectionTimeoutError) {
    return new ModelError("timeout", `the model did not answer within ${Math.round(timeoutMs / 1000)} s`, {
      cause: error,
    });
  }
  return new ModelError("unavailable", "the model's endpoint cannot be reached", {
    cause: error,
    retryAfterMs: DEFAULT_WAIT_MS,
  });
}
