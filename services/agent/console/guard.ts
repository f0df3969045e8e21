import type { Context, MiddlewareHandler } from "hono";
import { createHmac, timingSafeEqual } from "node:crypto";
import { getCookie } from "hono/cookie";
import { type Access, callOf, isForeign } from "../../lib/access/mod.ts";
import { ApiError } from "../../lib/http/mod.ts";
import { type Accounts, type Identity, mayDo, SESSION_SECONDS, TOKEN_PREFIX } from "../accounts/mod.ts";
import type { Role } from "../incidents/mod.ts";

/** What guards everything that the console and the API show and change. */
export interface GuardOptions {
  /** `CONSOLE_TOKEN`; with it, programs of this machine need it to write, too. */
  readonly token: string | undefined;
  readonly access: Access;
  /** `ONCALL_TOKEN`: where there is no other, it signs people in. */
  readonly systemToken?: string | undefined;
  /** People with names, who sign in for themselves. */
  readonly accounts?: Accounts;
  readonly now?: () => Date;
}

/** Name of the session's cookie. */
export const SESSION_COOKIE = "oncall_session";

const READS = ["GET", "HEAD", "OPTIONS"];
/** How a program of this machine stands in the audit trail. */
const LOCAL = "local";

/**
 * Who somebody is, and may do: people with accounts what their role says; holders of a token of the system (as a bearer
 * or in a session) everything; programs of this machine everything, too, but only read where there is a `CONSOLE_TOKEN`.
 */
export class Guard {
  readonly #token: string | undefined;
  readonly #key: string | undefined;
  readonly #access: Access;
  readonly #accounts: Accounts | undefined;
  readonly #now: () => Date;
  readonly #known = new WeakMap<Request, Identity>();

  constructor({ token, access, systemToken, accounts, now = () => new Date() }: GuardOptions) {
    this.#token = token;
    this.#key = token ?? systemToken;
    this.#access = access;
    this.#accounts = accounts;
    this.#now = now;
  }

  /** Whether there is a token to sign in with. */
  get hasToken(): boolean {
    return this.#key !== undefined;
  }

  /** Whether anybody can sign in: with a token, or by name. */
  get canSignIn(): boolean {
    return this.hasToken || this.#accounts?.exist === true;
  }

  /** Finds out whom a request is from, which every method below goes by. @throws {StoreUnavailable} */
  async identify(c: Context): Promise<void> {
    if (this.#known.has(c.req.raw)) return;
    const identity = this.#ofSystem(c) ?? await this.#ofPerson(c) ?? this.#ofThisMachine(c);
    if (identity !== undefined) this.#known.set(c.req.raw, identity);
  }

  /** Whom a request is from; undefined for a stranger. */
  identityOf(c: Context): Identity | undefined {
    return this.#known.get(c.req.raw);
  }

  /** Refuses requests that may not do what they ask for: 401 or 403, which say what to do. */
  middleware(): MiddlewareHandler {
    return async (c, next) => {
      await this.identify(c);
      if (READS.includes(c.req.method)) this.checkRead(c);
      else this.check(c, c.req.path.startsWith("/api/me/") ? "see" : "answer");
      await next();
    };
  }

  /** @throws {ApiError} unless the request may write, in a role that is at least this one. */
  check(c: Context, least: Role = "answer"): void {
    this.checkOrigin(c);
    const identity = this.identityOf(c);
    if (identity === undefined || (identity.name === LOCAL && !mayDo(identity.role, least))) {
      throw this.#unknown("write");
    }
    this.need(c, least);
  }

  /** @throws {ApiError} unless the request's role is at least this one. */
  need(c: Context, least: Role): void {
    const role = this.identityOf(c)?.role ?? "see";
    if (this.mayWrite(c, least)) return;
    throw new ApiError(403, "forbidden", `Your role is "${role}", and this needs "${least}".`);
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

  /** Whether whom the request is from may write, in a role that is at least this one. */
  mayWrite(c: Context, least: Role = "answer"): boolean {
    const identity = this.identityOf(c);
    return identity !== undefined && mayDo(identity.role, least);
  }

  /** Whether whom the request is from may read. */
  mayRead(c: Context): boolean {
    return this.identityOf(c) !== undefined;
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

  /** Holders of a token of the system, of which nobody knows who they are. */
  #ofSystem(c: Context): Identity | undefined {
    const held = c.req.header("authorization") !== undefined
      ? this.#access.holdsToken(callOf(c))
      : this.#isSession(getCookie(c, SESSION_COOKIE) ?? "");
    return held ? { name: "token", role: "administer" } : undefined;
  }

  async #ofPerson(c: Context): Promise<Identity | undefined> {
    const bearer = /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "")?.[1];
    if (bearer !== undefined) {
      return bearer.startsWith(TOKEN_PREFIX) ? await this.#accounts?.bySecret(bearer, "token") : undefined;
    }
    const session = getCookie(c, SESSION_COOKIE);
    return session === undefined ? undefined : await this.#accounts?.bySecret(session, "session");
  }

  /** A program of this machine; one that shows a token which is none of ours is not taken for it. */
  #ofThisMachine(c: Context): Identity | undefined {
    if (!this.#access.isLocal(callOf(c))) return undefined;
    const sent = c.req.header("authorization") !== undefined;
    if (!sent && this.#token === undefined) return { name: LOCAL, role: "administer" };
    return { name: LOCAL, role: "see" };
  }

  #unknown(what: "read" | "write"): ApiError {
    if (!this.canSignIn) {
      const message = `Only programs of this machine may ${what}: set CONSOLE_TOKEN to allow others.`;
      return new ApiError(403, "forbidden", message);
    }
    return new ApiError(
      401,
      "unauthorized",
      "Send the value of CONSOLE_TOKEN or a token of your own as a bearer token, or sign in at /console/sign-in.",
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
