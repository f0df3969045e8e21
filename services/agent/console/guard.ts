import type { Context, MiddlewareHandler } from "hono";
import { createHmac, timingSafeEqual } from "node:crypto";
import { getCookie } from "hono/cookie";
import { type Access, callOf, isForeign } from "../../lib/access/mod.ts";
import { ApiError } from "../../lib/http/mod.ts";

/** What guards everything that the console and the API show and change. */
export interface GuardOptions {
  /** `CONSOLE_TOKEN`; with it, programs of this machine need it to write, too. */
  readonly token: string | undefined;
  readonly access: Access;
  /** `ONCALL_TOKEN`: where there is no other, it signs people in. */
  readonly systemToken?: string | undefined;
  readonly now?: () => Date;
}

/** Name of the session's cookie. */
export const SESSION_COOKIE = "oncall_session";
/** How long a session lasts, in seconds. */
export const SESSION_SECONDS = 12 * 3_600;

const READS = ["GET", "HEAD", "OPTIONS"];

/**
 * Who may read and write: holders of a token (as a bearer or in a session), and programs of this machine; these may write
 * only while there is no `CONSOLE_TOKEN`.
 */
export class Guard {
  readonly #token: string | undefined;
  readonly #key: string | undefined;
  readonly #access: Access;
  readonly #now: () => Date;

  constructor({ token, access, systemToken, now = () => new Date() }: GuardOptions) {
    this.#token = token;
    this.#key = token ?? systemToken;
    this.#access = access;
    this.#now = now;
  }

  /** Whether there is a token to sign in with. */
  get hasToken(): boolean {
    return this.#key !== undefined;
  }

  /** Refuses requests that may not do what they ask for: 401 or 403, which say what to do. */
  middleware(): MiddlewareHandler {
    return async (c, next) => {
      if (READS.includes(c.req.method)) this.checkRead(c);
      else this.check(c);
      await next();
    };
  }

  /** @throws {ApiError} unless the request may write. */
  check(c: Context): void {
    this.checkOrigin(c);
    if (!this.mayWrite(c)) throw this.#unknown("write");
  }

  /** @throws {ApiError} unless the request may read. */
  checkRead(c: Context): void {
    if (!this.mayRead(c)) throw this.#unknown("read");
  }

  /** @throws {ApiError} 403 for what a page of another site sends: it must not write in the name of who looks at it. */
  checkOrigin(c: Context): void {
    if (isForeign(callOf(c))) {
      throw new ApiError(
        403,
        "cross_origin",
        "Only the console's own pages may write: open the console and try there.",
      );
    }
  }

  /** Whether what the request carries lets it write. */
  mayWrite(c: Context): boolean {
    return this.#isKnown(c) || (this.#token === undefined && this.#access.isLocal(callOf(c)));
  }

  /** Whether what the request carries lets it read. */
  mayRead(c: Context): boolean {
    return this.#isKnown(c) || this.#access.isLocal(callOf(c));
  }

  /** Whether `text` is a token; takes equally long for any text. */
  isToken(text: string): boolean {
    return this.#access.isToken(text);
  }

  /** The value of a new session's cookie. It does not reveal the token, and is invalid for another one. */
  newSession(): string {
    const ends = Math.floor(this.#now().getTime() / 1_000) + SESSION_SECONDS;
    return `${ends}.${this.#seal(ends)}`;
  }

  #isKnown(c: Context): boolean {
    if (c.req.header("authorization") !== undefined) return this.#access.holdsToken(callOf(c));
    const session = getCookie(c, SESSION_COOKIE);
    return session !== undefined && this.#isSession(session);
  }

  #unknown(what: "read" | "write"): ApiError {
    if (!this.hasToken) {
      const message = `Only programs of this machine may ${what}: set CONSOLE_TOKEN to allow others.`;
      return new ApiError(403, "forbidden", message);
    }
    return new ApiError(
      401,
      "unauthorized",
      "Send the value of CONSOLE_TOKEN as a bearer token, or sign in at /console/sign-in.",
    );
  }

  #isSession(session: string): boolean {
    const [, ends = "", seal = ""] = /^(\d{1,12})\.([\w-]{43})$/.exec(session) ?? [];
    return this.hasToken && ends !== "" && Number(ends) > this.#now().getTime() / 1_000 &&
      equal(digest("session", seal), digest("session", this.#seal(Number(ends))));
  }

  #seal(ends: number): string {
    return createHmac("sha256", this.#key!).update(`oncall console session until ${ends}`).digest("base64url");
  }
}

function digest(key: string, text: string): Uint8Array {
  return createHmac("sha256", key).update(text).digest();
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return timingSafeEqual(a, b);
}
