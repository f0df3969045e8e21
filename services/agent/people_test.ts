import assert from "node:assert/strict";
import { join } from "node:path";
import { OAuth2Server } from "oauth2-mock-server";
import { verifyTrail } from "../lib/audit_trail/mod.ts";
import { readSettings } from "../lib/configuration/mod.ts";
import { sentDelivery } from "./intake/testing/deliveries.ts";
import { program, settings } from "./settings.ts";
import { start } from "./start.ts";

const TOKEN = "a-console-token-of-some-length";
const PASSWORD = "twelve or more of them";
const NOWHERE = "http://127.0.0.1:1";

interface Asked {
  readonly method?: string;
  readonly token?: string | undefined;
  readonly cookie?: string | undefined;
  readonly body?: unknown;
  readonly form?: Record<string, string>;
}

interface World {
  readonly url: string;
  ask(path: string, asked?: Asked): Promise<{ status: number; body: string; cookie: string; location: string | null }>;
}

async function withAgent(env: Record<string, string>, body: (world: World) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const all: Record<string, string> = {
    AGENT_PORT: "0",
    RUN_DIR: join(folder, "run"),
    PROM_URL: NOWHERE,
    LB_URL: NOWHERE,
    ALERTMANAGER_URL: NOWHERE,
    PM_URL: NOWHERE,
    CONSOLE_TOKEN: TOKEN,
    ...env,
  };
  const agent = await start(readSettings(program, settings, { args: [], env: (name) => all[name], dotEnv: {} }));
  const url = `http://127.0.0.1:${agent.addr.port}`;
  const ask: World["ask"] = async (path, { method, token, cookie, body, form } = {}) => {
    const headers: Record<string, string> = {};
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (cookie !== undefined) headers.cookie = cookie;
    if (body !== undefined) headers["content-type"] = "application/json";
    const sent = form === undefined ? body === undefined ? null : JSON.stringify(body) : new URLSearchParams(form);
    const response = await fetch(url + path, {
      method: method ?? (sent === null ? "GET" : "POST"),
      headers,
      body: sent,
      redirect: "manual",
    });
    return {
      status: response.status,
      body: await response.text(),
      cookie: response.headers.getSetCookie().map((one) => one.split(";")[0]).join("; "),
      location: response.headers.get("location"),
    };
  };
  try {
    await body({ url, ask });
  } finally {
    await agent.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

const signIn = (world: World, name: string) =>
  world.ask("/console/sign-in", { form: { name, password: PASSWORD, next: "/" } });

Deno.test("a person signs in by name, acts by that name whatever the message says, and leaves a trail that is whole", () =>
  withAgent({}, async (world) => {
    const { ask } = world;
    const anna = { name: "anna", role: "act", password: PASSWORD };
    assert.equal((await ask("/api/accounts", { token: TOKEN, body: anna })).status, 201);
    const { incident } = JSON.parse((await ask("/alerts", { body: sentDelivery() })).body);
    assert.equal((await world.ask("/console/sign-in", { form: { name: "anna", password: "wrong" } })).status, 401);
    const signedIn = await signIn(world, "anna");
    assert.equal(signedIn.status, 303);
    const { cookie } = signedIn;
    assert.deepEqual(JSON.parse((await ask("/api/me", { cookie })).body), { name: "anna", role: "act" });

    const path = `/api/incidents/${incident}/messages`;
    assert.equal((await ask(path, { cookie, body: { text: "ack", from: "Ravi" } })).status, 202);
    const view = JSON.parse((await ask(`/api/incidents/${incident}`, { cookie })).body);
    assert.equal(view.acknowledged_by, "operator:anna");

    for (const asked of [{ path: "/api/accounts" }, { path: "/api/audit" }, { path: "/console/people" }]) {
      assert.equal((await ask(asked.path, { cookie })).status, 403, asked.path);
    }
    assert.equal((await ask("/api/accounts", { cookie, body: { name: "eve", role: "administer" } })).status, 403);

    const trail = (await ask("/api/audit", { token: TOKEN })).body.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(trail.map(({ by, action, target }) => [by, action, target]), [
      ["token", "account_added", "anna"],
      ["anna", "signed_in", "anna"],
      ["anna", "message", view.code],
    ]);
    assert.equal(verifyTrail(trail).broken, undefined);

    assert.equal((await ask("/console/sign-out", { cookie, form: {} })).status, 303);
    assert.equal((await ask(path, { cookie, body: { text: "resolve" } })).status, 401);
  }));

Deno.test("a role that only sees reads and writes nothing, and one that answers acknowledges and changes nothing", () =>
  withAgent({}, async (world) => {
    const { ask } = world;
    for (const [name, role] of [["sam", "see"], ["li", "answer"]]) {
      await ask("/api/accounts", { token: TOKEN, body: { name, role, password: PASSWORD } });
    }
    const { incident } = JSON.parse((await ask("/alerts", { body: sentDelivery() })).body);
    const path = `/api/incidents/${incident}/messages`;
    const [sam, li] = [(await signIn(world, "sam")).cookie, (await signIn(world, "li")).cookie];
    assert.equal((await ask(`/api/incidents/${incident}`, { cookie: sam })).status, 200);
    assert.equal((await ask(path, { cookie: sam, body: { text: "ack" } })).status, 403);
    const refused = JSON.parse((await ask(path, { cookie: li, body: { text: "scale to 4" } })).body);
    assert.match(refused.replies[0], /Your role is "answer", and this needs "act"/);
    assert.equal(JSON.parse((await ask(path, { cookie: li, body: { text: "ack" } })).body).done, true);
  }));

Deno.test("a token of one's own opens the API in its role until it is ended, and a session is none", () =>
  withAgent({}, async (world) => {
    const { ask } = world;
    await ask("/api/accounts", { token: TOKEN, body: { name: "anna", role: "act", password: PASSWORD } });
    const { cookie } = await signIn(world, "anna");
    const made = await ask("/api/me/tokens", { cookie, body: { label: "laptop", role: "see", days: 1 } });
    const { token } = JSON.parse(made.body);
    assert.deepEqual(JSON.parse((await ask("/api/me", { token })).body), { name: "anna", role: "see" });
    assert.equal((await ask("/api/me/tokens", { cookie, body: { label: "x", role: "administer" } })).status, 403);
    const listed = JSON.parse((await ask("/api/me/credentials", { cookie })).body).credentials;
    assert.deepEqual(listed.map(({ kind }: { kind: string }) => kind).sort(), ["session", "token"]);
    assert.ok(!JSON.stringify(listed).includes(token));
    const { id } = listed.find(({ kind }: { kind: string }) => kind === "token");
    assert.equal((await ask(`/api/me/credentials/${id}`, { method: "DELETE", cookie })).status, 200);
    const me = await ask("/api/me/credentials", { token });
    assert.ok(me.status === 401 || me.status === 403, `${me.status}`);
    assert.equal((await ask("/api/me", { token: cookie.split("=")[1]! })).status === 200, true, "this machine reads");
    const stolen = await ask("/api/me/credentials", { token: cookie.split("=")[1]! });
    assert.equal(stolen.status, 403, "a session's secret is no bearer token");
  }));

Deno.test("disabling an account ends its sessions at once, and wrong passwords are limited", () =>
  withAgent({}, async (world) => {
    const { ask } = world;
    await ask("/api/accounts", { token: TOKEN, body: { name: "anna", role: "act", password: PASSWORD } });
    const { cookie } = await signIn(world, "anna");
    const disabled = await ask("/api/accounts/anna", { method: "PATCH", token: TOKEN, body: { disabled: true } });
    assert.equal(disabled.status, 200);
    assert.equal((await ask("/api/me/credentials", { cookie })).status, 403);
    assert.equal((await signIn(world, "anna")).status, 401);
    const statuses: number[] = [];
    for (let i = 0; i < 10; i++) {
      statuses.push((await ask("/console/sign-in", { form: { name: "", token: `wrong ${i}` } })).status);
    }
    assert.deepEqual([...new Set(statuses)], [401, 429]);
    assert.equal((await ask("/console/sign-in", { form: { name: "", token: TOKEN } })).status, 429);
  }));

Deno.test("people sign in by an OpenID Connect provider, with the role that their groups give", async () => {
  const provider = new OAuth2Server();
  await provider.issuer.keys.generate("RS256");
  await provider.start(0, "127.0.0.1");
  provider.issuer.url = `http://127.0.0.1:${provider.address().port}`;
  provider.service.on("beforeTokenSigning", (token) => {
    Object.assign(token.payload, { preferred_username: "ravi", groups: ["sre"] });
  });
  try {
    await withAgent({
      OIDC_ISSUER: provider.issuer.url,
      OIDC_CLIENT_ID: "oncall",
      OIDC_CLIENT_SECRET: "a-client-secret",
      OIDC_ROLES: "sre=act",
      CONSOLE_URL: "http://127.0.0.1:8088",
    }, async ({ ask }) => {
      assert.match((await ask("/console/sign-in")).body, /\/console\/oidc\?next=/);
      const begun = await ask("/console/oidc?next=%2Fincidents");
      assert.equal(begun.status, 302);
      const back = await fetch(begun.location!, { redirect: "manual" });
      await back.body?.cancel();
      const { pathname, search } = new URL(back.headers.get("location")!);
      assert.equal((await ask(pathname + search)).status, 401, "in another browser");
      const again = await ask("/console/oidc?next=%2Fincidents");
      const answer = await fetch(again.location!, { redirect: "manual" });
      await answer.body?.cancel();
      const callback = new URL(answer.headers.get("location")!);
      const done = await ask(callback.pathname + callback.search, { cookie: again.cookie });
      assert.equal(done.status, 200);
      assert.match(done.body, /You are signed in[^]*href="\/incidents"/);
      const session = done.cookie.split("; ").find((one) => one.startsWith("oncall_session="))!;
      assert.deepEqual(JSON.parse((await ask("/api/me", { cookie: session })).body), { name: "ravi", role: "act" });
    });
  } finally {
    await provider.stop();
  }
});

Deno.test("start() refuses half an OpenID Connect configuration in one line", async () => {
  await assert.rejects(
    withAgent({ OIDC_ISSUER: "https://id.example", OIDC_CLIENT_ID: "x" }, () => Promise.resolve()),
    /OIDC_ISSUER is set: set OIDC_CLIENT_SECRET and CONSOLE_URL and OIDC_ROLES, too/,
  );
});
