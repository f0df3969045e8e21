import type { Context, MiddlewareHandler } from "hono";
import { ApiError } from "./api_error.ts";

/** This machine's own names and addresses. */
export const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3}|localhost)$/i;
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[\da-f.]*:[\da-f:.]*)$/i;

/** The host that a request was sent to, with its port, in lower case. */
export function hostOf(c: Context): string {
  return (c.req.header("host") ?? new URL(c.req.url).host).toLowerCase();
}

/** Whether a page of another site sent the request (CSRF). */
export function isForeign(c: Context): boolean {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  return (site !== undefined && site !== "same-origin" && site !== "none") ||
    (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host.toLowerCase() !== hostOf(c)));
}

/**
 * Refuses (403) what a page of another site sends, also under a name of its own that leads to this address: a browser's
 * request must be sent to an address, not to a name, unless the name is this machine's.
 */
export function noForeignPages(): MiddlewareHandler {
  return async (c, next) => {
    const hostname = new URL(`http://${hostOf(c)}`).hostname.replace(/^\[|\]$/g, "");
    const renamed = c.req.header("origin") !== undefined && !LOOPBACK.test(hostname) && !ADDRESS.test(hostname);
    if (isForeign(c) || renamed) {
      throw new ApiError(403, "cross_origin", "Pages of other sites may not call this: use curl or the command line.");
    }
    await next();
  };
}

/** Refuses (403) requests that came through a proxy: only callers on this machine are allowed. */
export function notThroughProxies(): MiddlewareHandler {
  return async (c, next) => {
    if (c.req.header("x-forwarded-for") !== undefined || c.req.header("forwarded") !== undefined) {
      throw new ApiError(
        403,
        "forbidden",
        "This is not served through a proxy: call the instance itself, or the manager.",
      );
    }
    await next();
  };
}
