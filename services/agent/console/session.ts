import type { Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import { type Guard, SESSION_COOKIE, SESSION_SECONDS } from "./guard.ts";

const WINDOW_MS = 60_000;
const MOST_WRONG = 10;

/** Signing in with the token, at most ten wrong ones a minute from everywhere together. */
export class Sessions {
  readonly #guard: Guard;
  readonly #nowMs: () => number;
  #wrong: number[] = [];

  constructor(guard: Guard, nowMs: () => number) {
    this.#guard = guard;
    this.#nowMs = nowMs;
  }

  /** Begins a session where `token` is right; else says why not. */
  begin(c: Context, token: string): { status: 401 | 429; message: string } | undefined {
    const now = this.#nowMs();
    this.#wrong = this.#wrong.filter((at) => now - at < WINDOW_MS);
    if (this.#wrong.length >= MOST_WRONG) {
      return { status: 429, message: "Too many wrong tokens were given: wait a minute." };
    }
    if (!this.#guard.isToken(token)) {
      this.#wrong.push(now);
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
}

/** A path of this site to go on to, whatever was asked for. */
export function nextPath(asked: unknown): string {
  return typeof asked === "string" && /^\/(?![/\\])[\w/?=&%.#+-]*$/.test(asked) ? asked : "/";
}
