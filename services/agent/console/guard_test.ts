import assert from "node:assert/strict";
import { Hono } from "hono";
import { onError } from "../../lib/http/mod.ts";
import { Access } from "../../lib/access/mod.ts";
import { SESSION_SECONDS } from "../accounts/mod.ts";
import { Guard, SESSION_COOKIE } from "./guard.ts";

const TOKEN = "correct horse battery staple";
const HERE = { remoteAddr: { hostname: "127.0.0.1" } };
const THERE = { remoteAddr: { hostname: "192.0.2.7" } };

function guardOf(token: string | undefined, now?: () => Date): Guard {
  const access = new Access({ hostname: "127.0.0.1", tokens: [token] });
  return new Guard({ token, access, ...(now === undefined ? {} : { now }) });
}

interface Asked {
  readonly headers?: Record<string, string>;
  readonly env?: unknown;
  readonly method?: string;
}

async function ask(guard: Guard, { headers = {}, env = HERE, method = "POST" }: Asked = {}): Promise<number> {
  const app = new Hono().use(guard.middleware()).all("/api/x", (c) => c.json({ ok: true }));
  app.onError(onError((error) => assert.fail(error)));
  const all = { host: "127.0.0.1:8088", ...headers };
  return (await app.request("http://127.0.0.1:8088/api/x", { method, headers: all }, env as Record<string, unknown>))
    .status;
}

Deno.test("Guard lets only this machine read and write when there is no token", async () => {
  const guard = guardOf(undefined);
  assert.equal(await ask(guard), 200);
  for (const hostname of ["::1", "127.0.0.9", "::ffff:127.0.0.1"]) {
    assert.equal(await ask(guard, { env: { remoteAddr: { hostname } } }), 200, hostname);
  }
  for (const host of ["localhost:8088", "[::1]:8088"]) assert.equal(await ask(guard, { headers: { host } }), 200, host);
  assert.equal(await ask(guard, { env: THERE }), 403);
  assert.equal(await ask(guard, { env: {} }), 403);
  assert.equal(await ask(guard, { method: "GET" }), 200);
  for (const env of [THERE, {}]) assert.equal(await ask(guard, { env, method: "GET" }), 403);
});

Deno.test("Guard takes a proxy's requests, and names that others gave this address, for those of others", async () => {
  const guard = guardOf(undefined);
  assert.equal(await ask(guard, { headers: { "x-forwarded-for": "192.0.2.7" } }), 403);
  assert.equal(await ask(guard, { headers: { forwarded: "for=192.0.2.7" } }), 403);
  assert.equal(await ask(guard, { headers: { host: "rebound.example:8088" } }), 403);
  for (
    const headers of [{ "x-forwarded-for": "192.0.2.7" }, { via: "1.1 x" }, { host: "oncall.example" }] as Record<
      string,
      string
    >[]
  ) assert.equal(await ask(guard, { headers, method: "GET" }), 403, JSON.stringify(headers));
});

Deno.test("Guard refuses what another site's page sends, with or without a token", async () => {
  for (const token of [undefined, TOKEN]) {
    const guard = guardOf(token);
    const known: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    for (
      const headers of [
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { origin: "https://evil.example" },
        { origin: "http://127.0.0.1:9999" },
        { origin: "null" },
      ] as Record<string, string>[]
    ) assert.equal(await ask(guard, { headers: { ...known, ...headers } }), 403, JSON.stringify(headers));
    const own = { origin: "http://127.0.0.1:8088", "sec-fetch-site": "same-origin" };
    assert.equal(await ask(guard, { headers: { ...known, ...own } }), 200);
  }
});

Deno.test("Guard lets this machine read without the token, and others only with it", async () => {
  const guard = guardOf(TOKEN);
  assert.equal(await ask(guard, { method: "GET" }), 200);
  assert.equal(await ask(guard, { method: "GET", env: THERE }), 401);
  assert.equal(await ask(guard, { method: "GET", headers: { "x-forwarded-for": "192.0.2.7" } }), 401);
  const cookie = `${SESSION_COOKIE}=${guard.newSession()}`;
  assert.equal(await ask(guard, { method: "GET", env: THERE, headers: { cookie } }), 200);
});

Deno.test("Guard takes the system's token, which this machine does not need", async () => {
  const access = new Access({ hostname: "127.0.0.1", tokens: [undefined, "system"] });
  const guard = new Guard({ token: undefined, systemToken: "system", access });
  assert.equal(await ask(guard), 200);
  assert.equal(await ask(guard, { env: THERE }), 401);
  assert.equal(await ask(guard, { env: THERE, headers: { authorization: "Bearer system" } }), 200);
});

Deno.test("Guard asks everyone for the token where there is one", async () => {
  const guard = guardOf(TOKEN);
  assert.equal(await ask(guard), 401);
  assert.equal(await ask(guard, { headers: { authorization: "Bearer wrong" } }), 401);
  assert.equal(await ask(guard, { headers: { authorization: `Bearer ${TOKEN}` }, env: THERE }), 200);
});

Deno.test("Guard takes a session until it ends, and none that was made up or made with another token", async () => {
  let now = new Date("2026-01-01T12:00:00Z");
  const guard = guardOf(TOKEN, () => now);
  const session = guard.newSession();
  assert.ok(!session.includes(TOKEN));
  const cookie = (value: string) => ({ headers: { cookie: `${SESSION_COOKIE}=${value}` }, env: THERE });
  assert.equal(await ask(guard, cookie(session)), 200);
  assert.equal(await ask(guardOf("another", () => now), cookie(session)), 401);
  const [ends, seal] = session.split(".");
  for (const forged of [`${Number(ends) + 1}.${seal}`, `${ends}.${"A".repeat(43)}`, "", "x.y"]) {
    assert.equal(await ask(guard, cookie(forged)), 401, forged);
  }
  now = new Date(now.getTime() + SESSION_SECONDS * 1_000);
  assert.equal(await ask(guard, cookie(session)), 401);
});
