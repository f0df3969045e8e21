import type { Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { callOf, clientOf } from "../../lib/access/mod.ts";
import { type Accounts, SESSION_SECONDS } from "../accounts/mod.ts";
import type { Account } from "../incidents/mod.ts";
import { type Guard, SESSION_COOKIE } from "./guard.ts";

const WINDOW_MS = 60_000;
const MOST_WRONG = 10;
const MOST_ADDRESSES = 10_000;

/** What the form of the sign-in page sends. */
export interface SignInForm {
  readonly name: string;
  /** Of the person with that name; without a name, the token. */
  readonly secret: string;
}

/** Why somebody is not signed in. */
export interface Refusal {
  readonly status: 401 | 429;
  readonly message: string;
}

/** How many passwords are checked at once; each takes a core for a while. */
const MOST_CHECKS = 4;

/** Signing in by name or with the token, at most ten wrong ones a minute from one address: nobody shuts others out. */
export class Sessions {
  readonly #guard: Guard;
  readonly #accounts: Accounts;
  #checks = 0;
  readonly #nowMs: () => number;
  /** When wrong tokens came, by address; the one that tried last stands last. */
  readonly #wrong = new Map<string, number[]>();

  constructor({ guard, accounts, nowMs }: {
    readonly guard: Guard;
    readonly accounts: Accounts;
    readonly nowMs: () => number;
  }) {
    this.#guard = guard;
    this.#accounts = accounts;
    this.#nowMs = nowMs;
  }

  /** Begins a session where what was given is right; else says why not. */
  async begin(c: Context, { name, secret }: SignInForm): Promise<Refusal | undefined> {
    const now = this.#nowMs();
    const address = clientOf(callOf(c));
    const wrong = (this.#wrong.get(address) ?? []).filter((at) => now - at < WINDOW_MS);
    if (wrong.length >= MOST_WRONG) {
      return { status: 429, message: "Too many wrong sign-ins: wait a minute." };
    }
    // Counted before it is known: many at once are not more than ten.
    this.#note(address, [...wrong, now]);
    if (name === "") {
      if (!this.#guard.isToken(secret)) return { status: 401, message: "That is not the value of CONSOLE_TOKEN." };
      this.#note(address, wrong);
      this.#set(c, this.#guard.newSession());
      return undefined;
    }
    if (this.#checks >= MOST_CHECKS) return { status: 429, message: "Many sign in now: try again in a moment." };
    this.#checks++;
    const account = await this.#accounts.byPassword(name, secret).finally(() => this.#checks--);
    if (account === undefined) return { status: 401, message: "Name or password is wrong." };
    this.#note(address, wrong);
    await this.beginFor(c, account);
    return undefined;
  }

  /** Begins a session of a person who was shown to be this one. */
  async beginFor(c: Context, account: Account): Promise<void> {
    const browser = (c.req.header("user-agent") ?? "a browser").replaceAll(/[^\x20-\x7e]/g, "").slice(0, 100);
    this.#set(c, await this.#accounts.beginSession(account, browser));
  }

  /** Ends the request's session. */
  async end(c: Context): Promise<void> {
    const identity = this.#guard.identityOf(c);
    if (identity?.account !== undefined && identity.credential !== undefined) {
      await this.#accounts.end(identity, identity.account, identity.credential.id);
    }
    deleteCookie(c, SESSION_COOKIE, { path: "/" });
  }

  #set(c: Context, session: string): void {
    setCookie(c, SESSION_COOKIE, session, {
      httpOnly: true,
      sameSite: "Strict",
      path: "/",
      maxAge: SESSION_SECONDS,
      secure: isHttps(c),
    });
  }

  #note(address: string, wrong: number[]): void {
    this.#wrong.delete(address);
    this.#wrong.set(address, wrong);
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size > MOST_ADDRESSES) this.#wrong.delete(oldest!);
  }
}

/** Whether the browser's side of the connection is encrypted. */
export function isHttps(c: Context): boolean {
  return new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https";
}

/** A path of this site to go on to, whatever was asked for. */
export function nextPath(asked: unknown): string {
  return typeof asked === "string" && /^\/(?![/\\])[\w/?=&%.#+-]*$/.test(asked) ? asked : "/";
}
