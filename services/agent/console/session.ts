import type { Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { callOf, clientOf } from "../../lib/access/mod.ts";
import { type Guard, SESSION_COOKIE, SESSION_SECONDS } from "./guard.ts";

const WINDOW_MS = 60_000;
const MOST_WRONG = 10;
const MOST_ADDRESSES = 10_000;

/** Signing in with the token, at most ten wrong ones a minute from one address: nobody shuts others out. */
export class Sessions {
  readonly #guard: Guard;
  readonly #nowMs: () => number;
  /** When wrong tokens came, by address; the one that tried last stands last. */
  readonly #wrong = new Map<string, number[]>();

  constructor(guard: Guard, nowMs: () => number) {
    this.#guard = guard;
    this.#nowMs = nowMs;
  }

  /** Begins a session where `token` is right; else says why not. */
  begin(c: Context, token: string): { status: 401 | 429; message: string } | undefined {
    const now = this.#nowMs();
    const address = clientOf(callOf(c));
    const wrong = (this.#wrong.get(address) ?? []).filter((at) => now - at < WINDOW_MS);
    if (wrong.length >= MOST_WRONG) {
      return { status: 429, message: "Too many wrong tokens were given: wait a minute." };
    }
    if (!this.#guard.isToken(token)) {
      this.#note(address, [...wrong, now]);
      return { status: 401, message: "That is not the value of CONSOLE_TOKEN." };
    }
    setCookie(c, SESSION_COOKIE, this.#guard.newSession(), {
      httpOnly: true,
      sameSite: "Strict",
      path: "/",
      maxAge: SESSION_SECONDS,
      secure: new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https",
    });
    return undefined;
  }

  end(c: Context): void {
    deleteCookie(c, SESSION_COOKIE, { path: "/" });
  }

  #note(address: string, wrong: number[]): void {
    this.#wrong.delete(address);
    this.#wrong.set(address, wrong);
    const [oldest] = this.#wrong.keys();
    if (this.#wrong.size > MOST_ADDRESSES) this.#wrong.delete(oldest!);
  }
}

/** A path of this site to go on to, whatever was asked for. */
export function nextPath(asked: unknown): string {
  return typeof asked === "string" && /^\/(?![/\\])[\w/?=&%.#+-]*$/.test(asked) ? asked : "/";
}
