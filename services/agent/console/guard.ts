import type { Context, MiddlewareHandler } from "hono";
import { createHmac, timingSafeEqual } from "node:crypto";
import { getCookie } from "hono/cookie";
import { ApiError, hostOf, isForeign, LOOPBACK } from "../../lib/http/mod.ts";

/** What guards everything that writes. */
export interface GuardOptions {
  /** `CONSOLE_TOKEN`; without it only loopback may write. */
  readonly token: string | undefined;
  readonly now?: () => Date;
}

/** Name of the session's cookie. */
export const SESSION_COOKIE = "oncall_session";
/** How long a session lasts, in seconds. */
export const SESSION_SECONDS = 12 * 3_600;

/** Who may write: holders of the token (as a bearer or in a session); without a token, anyone on this machine. */
export class Guard {
  readonly #token: string | undefined;
  readonly #now: () => Date;

  constructor({ token, now = () => new Date() }: GuardOptions) {
    this.#token = token;
    this.#now = now;
  }

  /** Whether there is a token to sign in with. */
  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  /** Refuses requests that write and may not: 401 or 403, which say what to do. */
  middleware(): MiddlewareHandler {
    return async (c, next) => {
      if (!["GET", "HEAD", "OPTIONS"].includes(c.req.method)) this.check(c);
      await next();
    };
  }

  /** @throws {ApiError} unless the request may write. */
  check(c: Context): void {
    this.checkOrigin(c);
    if (this.#token === undefined) {
      if (isLocal(c)) return;
      throw new ApiError(403, "forbidden", "Only this machine may write: set CONSOLE_TOKEN to allow others.");
    }
    if (this.mayWrite(c)) return;
    throw new ApiError(
      401,
      "unauthorized",
      "Send the value of CONSOLE_TOKEN as a bearer token, or sign in at /console/sign-in.",
    );
  }

  /** @throws {ApiError} 403 for what a page of another site sends: it must not write in the name of who looks at it. */
  checkOrigin(c: Context): void {
    if (isForeign(c)) {
      throw new ApiError(
        403,
        "cross_origin",
        "Only the console's own pages may write: open the console and try there.",
      );
    }
  }

  /** Whether what the request carries lets it write. */
  mayWrite(c: Context): boolean {
    if (this.#token === undefined) return isLocal(c);
    const bearer = /^Bearer\s+(\S.*)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (bearer !== undefined) return this.isToken(bearer.trim());
    const session = getCookie(c, SESSION_COOKIE);
    return session !== undefined && this.#isSession(session);
  }

  /** Whether `text` is the token; takes equally long for any text. */
  isToken(text: string): boolean {
    return this.#token !== undefined && equal(digest(this.#token, text), digest(this.#token, this.#token));
  }

  /** The value of a new session's cookie. It does not reveal the token, and is invalid for another one. */
  newSession(): string {
    const ends = Math.floor(this.#now().getTime() / 1_000) + SESSION_SECONDS;
    return `${ends}.${this.#seal(ends)}`;
  }

  #isSession(session: string): boolean {
    const [, ends = "", seal = ""] = /^(\d{1,12})\.([\w-]{43})$/.exec(session) ?? [];
    return ends !== "" && Number(ends) > this.#now().getTime() / 1_000 &&
      equal(digest("session", seal), digest("session", this.#seal(Number(ends))));
  }

  #seal(ends: number): string {
    return createHmac("sha256", this.#token!).update(`oncall console session until ${ends}`).digest("base64url");
  }
}

/**
 * Whether the request comes from this machine and was meant for it: a proxy's requests come from elsewhere, and a name
 * that somebody else's DNS gave this address is none of ours.
 */
function isLocal(c: Context): boolean {
  const remote = (c.env as { remoteAddr?: { hostname?: string } } | undefined)?.remoteAddr?.hostname;
  if (remote === undefined || !LOOPBACK.test(remote)) return false;
  if (c.req.header("x-forwarded-for") !== undefined || c.req.header("forwarded") !== undefined) return false;
  const host = hostOf(c);
  return URL.canParse(`http://${host}`) && LOOPBACK.test(new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, ""));
}

function digest(key: string, text: string): Uint8Array {
  return createHmac("sha256", key).update(text).digest();
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return timingSafeEqual(a, b);
}
