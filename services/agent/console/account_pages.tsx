/** @jsxImportSource hono/jsx */
import { type Context, Hono } from "hono";
import { AccountProblem, type Accounts, type Identity } from "../accounts/mod.ts";
import { type Account, type Role, ROLES, type Store } from "../incidents/mod.ts";
import type { Guard } from "./guard.ts";
import { OwnAccount, People } from "./pages/account.tsx";
import type { Show } from "./sign_in.tsx";

/** What the pages about people need. */
export interface AccountPagesDeps {
  readonly guard: Guard;
  readonly accounts: Accounts;
  readonly store: Store;
  readonly show: Show;
}

const OWN = { title: "Your account", section: "none" } as const;
const PEOPLE = { title: "People", section: "none" } as const;
const NEWEST = 30;

/** `/console/account`, a person's sessions and tokens, and `/console/people`, for those who may administer. */
export function accountPages({ guard, accounts, store, show }: AccountPagesDeps): Hono {
  const own = async (c: Context, said: { token?: string; problem?: string } = {}) => {
    const identity = guard.identityOf(c)!;
    const credentials = identity.account === undefined ? [] : await accounts.credentials(identity.account);
    return await show(c, OWN, <OwnAccount identity={identity} credentials={credentials} {...said} />);
  };
  const people = async (c: Context, problem?: string) => {
    const last = await store.transact((tx) => tx.lastAudit());
    const trail = await store.transact((tx) => tx.auditTrail(Math.max(0, (last?.seq ?? 0) - NEWEST), NEWEST));
    return await show(
      c,
      PEOPLE,
      <People accounts={await accounts.list()} trail={trail.toReversed()} problem={problem} />,
    );
  };
  const app = new Hono();
  app.get("/console/account", (c) => own(c));
  app.post("/console/account/tokens", async (c) => {
    guard.check(c, "see");
    const form = await fields(c);
    const days = /^\d{1,3}$/.test(form.days ?? "") ? Math.min(365, Math.max(1, Number(form.days))) : 90;
    const asked = { label: (form.label ?? "").trim() || "a token", role: roleIn(form.role) ?? "see", days };
    return await saying(
      (problem) => own(c, { problem }),
      async () => await own(c, { token: await accounts.newToken(guard.identityOf(c)!, asked) }),
    );
  });
  app.post("/console/account/end", async (c) => {
    guard.check(c, "see");
    const identity = guard.identityOf(c)!;
    const { id = "" } = await fields(c);
    return await saying((problem) => own(c, { problem }), async () => {
      await accounts.end(identity, signedIn(identity), id);
      return c.redirect("/console/account", 303);
    });
  });
  app.get("/console/people", async (c) => {
    guard.need(c, "administer");
    return await people(c);
  });
  app.post("/console/people", async (c) => {
    guard.check(c, "administer");
    const form = await fields(c);
    const by = guard.identityOf(c)!;
    return await saying((problem) => people(c, problem), async () => {
      const role = roleIn(form.role);
      const phone = form.phone?.trim() || undefined;
      const password = form.password || undefined;
      const name = form.name?.trim() ?? "";
      if (form.change === undefined) {
        await accounts.add(by, { name, role: role ?? "see", password, phone });
      } else {
        const disabled = form.change === "disable" ? true : form.change === "enable" ? false : undefined;
        await accounts.change(by, name, { role, disabled });
      }
      return c.redirect("/console/people", 303);
    });
  });
  return app;
}

async function fields(c: Context): Promise<Record<string, string | undefined>> {
  const form = await c.req.parseBody();
  return Object.fromEntries(Object.entries(form).filter(([, value]) => typeof value === "string")) as Record<
    string,
    string
  >;
}

function roleIn(text: string | undefined): Role | undefined {
  return ROLES.find((role) => role === text);
}

function signedIn({ account }: Identity): Account {
  if (account !== undefined) return account;
  throw new AccountProblem("forbidden", "Only a person with an account has sessions and tokens: sign in by name.");
}

/** What cannot be done is said on the page that asked for it. */
async function saying(
  page: (problem: string) => Promise<Response>,
  body: () => Promise<Response>,
): Promise<Response> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof AccountProblem) return await page(error.message);
    throw error;
  }
}
