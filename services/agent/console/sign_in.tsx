/** @jsxImportSource hono/jsx */
import { type Context, Hono } from "hono";
import type { Child } from "hono/jsx";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { accountOf, type Accounts, type Oidc, SignInRefused } from "../accounts/mod.ts";
import type { Guard } from "./guard.ts";
import { SignedIn, SignIn, type SignInWays } from "./pages/sign_in.tsx";
import { isHttps, nextPath, type Sessions } from "./session.ts";

/** A page of the console, in its frame. */
export type Show = (
  c: Context,
  frame: { readonly title: string; readonly section: "none" },
  content: Child,
  status?: ContentfulStatusCode,
) => Response | Promise<Response>;

/** What signing in needs. */
export interface SignInDeps {
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly accounts: Accounts;
  readonly oidc: Oidc | undefined;
  readonly show: Show;
  readonly missing: (c: Context, text: string) => Response | Promise<Response>;
}

const OIDC_COOKIE = "oncall_sign_in";
const FRAME = { title: "Sign in", section: "none" } as const;

/** Signing in with the token, by name and password, or by the provider; and signing out. */
export function signInRoutes({ guard, sessions, accounts, oidc, show, missing }: SignInDeps): Hono {
  const ways = async (): Promise<SignInWays> => {
    const named = (await accounts.list()).some((account) => account.password_hash !== undefined);
    return { token: guard.hasToken, name: named, provider: oidc !== undefined };
  };
  const page = async (c: Context, next: string, refused?: string, status: ContentfulStatusCode = 200) =>
    await show(c, FRAME, <SignIn next={next} ways={await ways()} refused={refused} />, status);
  const app = new Hono();
  app.get("/console/sign-in", async (c) => {
    const { token, name, provider } = await ways();
    if (token || name || provider) return await page(c, nextPath(c.req.query("next")));
    return await missing(c, "There is nothing to sign in with: set CONSOLE_TOKEN, or add an account.");
  });
  app.post("/console/sign-in", async (c) => {
    guard.checkOrigin(c);
    const form = await c.req.parseBody();
    const next = nextPath(form.next);
    const field = (name: string) => typeof form[name] === "string" ? form[name] : "";
    const refused = await sessions.begin(c, {
      name: field("name").trim(),
      secret: field("token") || field("password"),
    });
    if (refused === undefined) return c.redirect(next, 303);
    return await page(c, next, refused.message, refused.status);
  });
  app.post("/console/sign-out", async (c) => {
    guard.checkOrigin(c);
    await sessions.end(c);
    return c.redirect("/", 303);
  });
  app.get("/console/oidc", async (c) => {
    if (oidc === undefined) return await missing(c, "No sign-in provider is configured: set OIDC_ISSUER.");
    const next = nextPath(c.req.query("next"));
    try {
      const { url, id } = await oidc.begin(next);
      // The provider's page leads back here, so the cookie must come along from there.
      const cookie = {
        httpOnly: true,
        sameSite: "Lax",
        path: "/console/oidc",
        maxAge: 600,
        secure: isHttps(c),
      } as const;
      setCookie(c, OIDC_COOKIE, id, cookie);
      return c.redirect(url.href, 302);
    } catch (error) {
      return await page(c, next, refusalText(error), 503);
    }
  });
  app.get("/console/oidc/callback", async (c) => {
    if (oidc === undefined) return await missing(c, "No sign-in provider is configured: set OIDC_ISSUER.");
    const id = getCookie(c, OIDC_COOKIE) ?? "";
    deleteCookie(c, OIDC_COOKIE, { path: "/console/oidc" });
    try {
      const { person, next } = await oidc.complete(new URL(c.req.url).search, id);
      await sessions.beginFor(c, await accountOf(accounts, person, oidc.roles));
      // A redirect would still belong to the provider's page, and leave the session's cookie behind.
      return await show(c, FRAME, <SignedIn next={next} />);
    } catch (error) {
      return await page(c, "/", refusalText(error), 401);
    }
  });
  return app;
}

function refusalText(error: unknown): string {
  if (error instanceof SignInRefused) return error.message;
  throw error;
}
