import { type Context, Hono } from "hono";
import * as v from "valibot";
import { ApiError, jsonBody } from "../../lib/http/mod.ts";
import { type Account, type Credential, type Role, ROLES, type Store } from "../incidents/mod.ts";
import { AccountProblem, type Accounts, type Identity, mayDo } from "./accounts.ts";

/** What the routes about people need. */
export interface AccountRoutesDeps {
  readonly accounts: Accounts;
  readonly store: Store;
  /** Who asks, once the request was let in. */
  readonly identityOf: (c: Context) => Identity;
}

const STATUS = { not_found: 404, taken: 409, invalid_input: 422, forbidden: 403 } as const;
const role = v.picklist(ROLES, `expected one of ${ROLES.join(", ")}`);
const phone = v.pipe(v.string(), v.regex(/^\+[1-9]\d{6,14}$/, "expected a number like +491701234567"));
const password = v.pipe(v.string(), v.maxLength(200, "expected at most 200 characters"));

/** Body of `POST /api/accounts`. */
export const newAccountSchema = v.strictObject({
  name: v.string("expected a name"),
  role,
  password: v.optional(password),
  phone: v.optional(phone),
});

/** Body of `PATCH /api/accounts/{name}`; null takes something away. */
export const accountChangeSchema = v.strictObject({
  role: v.optional(role),
  password: v.optional(v.nullable(password)),
  phone: v.optional(v.nullable(phone)),
  disabled: v.optional(v.boolean()),
});

/** Body of `POST /api/me/tokens`. */
export const newTokenSchema = v.strictObject({
  label: v.pipe(v.string(), v.trim(), v.nonEmpty("expected what it is for"), v.maxLength(100)),
  role: v.optional(role),
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365)), 90),
});

const LONGEST_PAGE = 1_000;

/** `/api/me`, `/api/accounts` and `/api/audit`. */
export function accountRoutes({ accounts, store, identityOf }: AccountRoutesDeps): Hono {
  const administrator = (c: Context) => needs(identityOf(c), "administer");
  const person = (c: Context): { by: Identity; account: Account } => {
    const by = identityOf(c);
    if (by.account !== undefined) return { by, account: by.account };
    throw new ApiError(403, "forbidden", "Only a person with an account has sessions and tokens: sign in by name.");
  };
  const named = async (name: string) => {
    const account = await accounts.byName(name);
    if (account === undefined) throw new ApiError(404, "not_found", `There is no account ${name.slice(0, 64)}.`);
    return account;
  };
  const app = new Hono();
  app.get("/api/me", (c) => {
    const { name, role } = identityOf(c);
    return c.json({ name, role });
  });
  app.get("/api/me/credentials", async (c) => {
    const { by, account } = person(c);
    return c.json({ credentials: (await accounts.credentials(account)).map((one) => shown(one, by)) });
  });
  app.post("/api/me/tokens", async (c) => {
    const { by } = person(c);
    const { label, role = by.role, days } = await jsonBody(c, newTokenSchema);
    return c.json({ token: await attempt(() => accounts.newToken(by, { label, role, days })) }, 201);
  });
  app.delete("/api/me/credentials/:id", async (c) => {
    const { by, account } = person(c);
    await attempt(() => accounts.end(by, account, c.req.param("id")));
    return c.json({ ok: true });
  });
  app.get("/api/accounts", async (c) => {
    administrator(c);
    return c.json({ accounts: (await accounts.list()).map(describe) });
  });
  app.post("/api/accounts", async (c) => {
    const by = administrator(c);
    const body = await jsonBody(c, newAccountSchema);
    return c.json(describe(await attempt(() => accounts.add(by, body))), 201);
  });
  app.patch("/api/accounts/:name", async (c) => {
    const by = administrator(c);
    const body = await jsonBody(c, accountChangeSchema);
    return c.json(describe(await attempt(() => accounts.change(by, c.req.param("name"), body))));
  });
  app.get("/api/accounts/:name/credentials", async (c) => {
    const by = administrator(c);
    const account = await named(c.req.param("name"));
    return c.json({ credentials: (await accounts.credentials(account)).map((one) => shown(one, by)) });
  });
  app.delete("/api/accounts/:name/credentials/:id", async (c) => {
    const by = administrator(c);
    const account = await named(c.req.param("name"));
    await attempt(() => accounts.end(by, account, c.req.param("id")));
    return c.json({ ok: true });
  });
  app.get("/api/audit", async (c) => {
    administrator(c);
    const after = wholeNumber(c.req.query("after"), "after", 0);
    const limit = Math.min(wholeNumber(c.req.query("limit"), "limit", LONGEST_PAGE), LONGEST_PAGE);
    const entries = await store.transact((tx) => tx.auditTrail(after, limit));
    c.header("content-type", "application/jsonl; charset=utf-8");
    return c.body(entries.map((entry) => JSON.stringify(entry) + "\n").join(""));
  });
  return app;
}

function needs(by: Identity, role: Role): Identity {
  if (mayDo(by.role, role)) return by;
  throw new ApiError(403, "forbidden", `Your role is "${by.role}", and this needs "${role}".`);
}

async function attempt<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof AccountProblem) throw new ApiError(STATUS[error.code], error.code, error.message);
    throw error;
  }
}

function describe({ name, role, phone, subject, password_hash, created_at, disabled_at }: Account) {
  const sign_in = [...(password_hash === undefined ? [] : ["password"]), ...(subject === undefined ? [] : ["oidc"])];
  return { name, role, sign_in, phone: phone ?? null, created_at, disabled_at: disabled_at ?? null };
}

function shown({ id, kind, label, role, created_at, expires_at, used_at }: Credential, by: Identity) {
  return { id, kind, label, role, created_at, expires_at, used_at: used_at ?? null, current: by.credential?.id === id };
}

function wholeNumber(text: string | undefined, name: string, fallback: number): number {
  if (text === undefined) return fallback;
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw new ApiError(400, "invalid_input", `${name}: expected a whole number`);
}
