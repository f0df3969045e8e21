import type OpenAI from "openai";
import { ModelError } from "./error.ts";

const DEFAULT_WAIT_MS = 1_000;

export function toModelError(
  error: unknown,
  { sdk, timeoutMs }: { readonly sdk: typeof OpenAI; readonly timeoutMs: number },
): ModelError {
  if (error instanceof ModelError) return error;
  if (error instanceof sdk.APIUserAbortError) {
    return new ModelError("cancelled", "the request to the model was cancelled", { cause: error });
  }
  if (error instanceof sdk.APIConnectionTimeoutError) {
    return new ModelError("timeout", `the model did not answer within ${Math.round(timeoutMs / 1000)} s`, {
      cause: error,
    });
  }
  if (error instanceof sdk.APIError && error.status !== undefined) {
    const { status } = error;
    if (status === 429) {
      return new ModelError("rate_limited", "the model's endpoint answered 429 (too many requests, or no credit)", {
        cause: error,
        retryAfterMs: retryAfter(error.headers),
      });
    }
    if (status >= 500) {
      return new ModelError("unavailable", `the model's endpoint answered ${status}`, {
        cause: error,
        retryAfterMs: DEFAULT_WAIT_MS,
      });
    }
    return new ModelError(
      "refused",
      `the model's endpoint refused the request (${status}); see OPENAI_API_KEY, OPENAI_MODEL and OPENAI_BASE_URL`,
      { cause: error },
    );
  }
  if (error instanceof sdk.APIConnectionError) {
    return new ModelError("unavailable", "the model's endpoint cannot be reached", {
      cause: error,
      retryAfterMs: DEFAULT_WAIT_MS,
    });
  }
  // Anything else is an answer that is not what the API promises, e.g. a body that is not JSON.
  return new ModelError("malformed", "the model's endpoint answered with something that is not a completion", {
    cause: error,
    retryAfterMs: 0,
  });
}

/** Milliseconds that `Retry-After` asks for, in seconds or as a date. */
function retryAfter(headers: Headers | undefined): number {
  const value = headers?.get("retry-after");
  if (value === null || value === undefined) return DEFAULT_WAIT_MS;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : DEFAULT_WAIT_MS;
}
