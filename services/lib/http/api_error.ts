import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Body of every error answer. */
export interface ErrorBody {
  /** Stable code, in snake_case. */
  readonly error: string;
  /** What to do about it. */
  readonly message: string;
}

/** An error that is the caller's answer: status, stable code and what to do about it. */
export class ApiError extends Error {
  override name = "ApiError";

  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Hono's `onError`: an {@linkcode ApiError} as it is, anything else as a 500 that is passed to `report`. */
export function onError(report: (error: Error) => void): (error: Error, c: Context) => Response {
  return (error, c) => {
    if (error instanceof ApiError) {
      return c.json({ error: error.code, message: error.message, ...error.details }, error.status);
    }
    report(error);
    return c.json({ error: "internal_error", message: "The server failed; its log has the reason." }, 500);
  };
}

/** Hono's `notFound`. */
export function onNotFound(c: Context): Response {
  return c.json({ error: "not_found", message: `No route ${c.req.method} ${c.req.path}.` }, 404);
}
