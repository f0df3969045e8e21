import assert from "node:assert/strict";
import { Hono } from "hono";
import { onError } from "../http/mod.ts";
import { Access, aliveOnly, guarded, labOnly, notThroughProxies } from "./mod.ts";

const TOKEN = "a-long-random-text";
const HERE = "127.0.0.1";
const THERE = "192.0.2.7";

function appOf(access: Access): Hono {
  return new Hono()
    .get("/healthz", (c) => c.json(aliveOnly(c, { access, body: { ok: true, name: "x", pid: 7 } })))
    .post("/faults", notThroughProxies(access), guarded(access), (c) => c.text("done"))
    .post("/fault", labOnly(false), (c) => c.text("done"))
    .use(guarded(access))
    .all("/scale", (c) => c.text("done")).onError(onError(() => {}));
}

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly from?: string;
}

async function ask(
  access: Access,
  headers: Record<string, string>,
  { path = "/scale", method = "POST", from = HERE }: Asked = {},
): Promise<number> {
  const all = { host: "127.0.0.1:7070", ...headers };
  const env = { remoteAddr: { hostname: from } };
  return (await appOf(access).request(`http://127.0.0.1:7070${path}`, { method, headers: all }, env)).status;
}

const local = new Access({ hostname: "127.0.0.1" });

Deno.test("guarded() lets programs of this machine through, and own pages, by every name of this machine", async () => {
  for (
    const headers of [
      {},
      { host: "localhost:7070", origin: "http://localhost:7070" },
      { host: "127.0.0.9", "sec-fetch-site": "same-origin" },
      { host: "[::1]:7070", origin: "http://[::1]:7070" },
      { host: "LOCALHOST.:7070" },
      { "content-type": "application/x-www-form-urlencoded" },
      { "content-type": "text/plain;charset=UTF-8" },
      { "content-type": "application/vnd.x+json" },
    ] as Record<string, string>[]
  ) assert.equal(await ask(local, headers), 200, JSON.stringify(headers));
  for (const from of ["::1", "::ffff:127.0.0.1", "127.0.0.5"]) assert.equal(await ask(local, {}, { from }), 200, from);
});

Deno.test("guarded() refuses pages of other sites, also under a name that leads here, reads too", async () => {
  for (const method of ["GET", "POST"]) {
    for (
      const headers of [
        { origin: "http://evil.example" },
        { origin: "null" },
        { origin: "http://127.0.0.1:8080" },
        { "sec-fetch-site": "cross-site" },
        { "sec-fetch-site": "same-site" },
        { host: "evil.example:7070" },
        { host: "evil.example:7070", origin: "http://evil.example:7070" },
        { host: "127.0.0.1.evil.example:7070" },
        { host: "localhost.evil.example" },
        { host: "10.0.0.7:7070" },
        { host: "0.0.0.0:7070" },
      ] as Record<string, string>[]
    ) assert.equal(await ask(local, headers, { method }), 403, `${method} ${JSON.stringify(headers)}`);
  }
});

Deno.test("guarded() refuses bodies that are no JSON", async () => {
  for (const type of ["multipart/form-data; boundary=x", "application/xml", "text/html", "application/octet-stream"]) {
    assert.equal(await ask(local, { "content-type": type }), 415, type);
  }
});

Deno.test("guarded() takes what a proxy hands on for what strangers send, whatever the headers claim", async () => {
  for (
    const headers of [
      { "x-forwarded-for": THERE },
      { "x-forwarded-for": HERE },
      { "x-forwarded-host": "oncall.example" },
      { forwarded: "for=192.0.2.7" },
      { via: "1.1 proxy" },
      { "x-real-ip": THERE },
      { "cf-connecting-ip": THERE },
    ] as Record<string, string>[]
  ) assert.equal(await ask(local, headers, { method: "GET" }), 403, JSON.stringify(headers));
});

Deno.test("guarded() asks others for the token, and takes it under any name", async () => {
  const open = new Access({ hostname: "0.0.0.0", allowedHosts: ["manager.internal"], tokens: [TOKEN, undefined] });
  for (const method of ["GET", "POST"]) {
    for (const host of ["10.0.0.7:7070", "manager.internal:7070", "[2001:db8::1]:7070"]) {
      assert.equal(await ask(open, { host }, { from: THERE, method }), 401, host);
      const authorization = `Bearer ${TOKEN}`;
      assert.equal(await ask(open, { host, authorization }, { from: THERE, method }), 200, host);
      assert.equal(await ask(open, { host, authorization: "Bearer wrong" }, { from: THERE, method }), 401, host);
    }
    assert.equal(await ask(open, { host: "evil.example" }, { from: THERE, method }), 403);
    assert.equal(
      await ask(open, { host: "service.elsewhere", authorization: `bearer ${TOKEN}` }, { from: THERE, method }),
      200,
    );
    assert.equal(await ask(open, {}, { method }), 200, "this machine needs none");
    assert.equal(await ask(open, {}, { from: THERE, method }), 401, "a name of this machine from elsewhere");
  }
});

Deno.test("guarded() knows the hosts of its own URLs, which are not this machine's programs", async () => {
  const access = new Access({ hostname: HERE, urls: ["https://oncall.example/base", undefined], tokens: [TOKEN] });
  assert.equal(await ask(access, { host: "oncall.example" }, { method: "GET" }), 401);
  assert.equal(await ask(access, { host: "other.example" }, { method: "GET" }), 403);
  assert.equal(await ask(access, { host: "oncall.example", authorization: `Bearer ${TOKEN}` }, { method: "GET" }), 200);
});

Deno.test("aliveOnly() tells strangers no more than that it is alive", async () => {
  const get = async (headers: Record<string, string>, from: string) => {
    const init = { headers: { host: "127.0.0.1", ...headers } };
    const env = { remoteAddr: { hostname: from } };
    const response = await appOf(local).request("http://127.0.0.1/healthz", init, env);
    return [response.status, Object.keys(await response.json())];
  };
  assert.deepEqual(await get({}, HERE), [200, ["ok", "name", "pid"]]);
  assert.deepEqual(await get({}, THERE), [200, ["ok", "name"]]);
  assert.deepEqual(await get({ via: "1.1 x" }, HERE), [200, ["ok", "name"]]);
  assert.deepEqual(await get({ host: "evil.example" }, HERE), [403, ["error", "message"]]);
});

Deno.test("notThroughProxies() refuses what a proxy hands on, also for programs of this machine", async () => {
  const access = new Access({ hostname: HERE, tokens: [TOKEN], throughLocalProxy: true });
  const post = (headers: Record<string, string>) => ask(access, headers, { path: "/faults" });
  assert.equal(await post({}), 200);
  assert.equal(await post({ "x-forwarded-for": THERE }), 403);
  assert.equal(await post({ "x-forwarded-for": HERE }), 403);
  assert.equal(await post({ forwarded: "for=192.0.2.7" }), 403);
  assert.equal(await post({ "x-forwarded-for": THERE, authorization: `Bearer ${TOKEN}` }), 200);
});

Deno.test("Access takes what a balancer of this machine hands on for this machine, and nothing of others", async () => {
  const access = new Access({ hostname: HERE, throughLocalProxy: true });
  const get = (headers: Record<string, string>) => ask(access, headers, { method: "GET" });
  const here = { "x-forwarded-for": HERE, "x-forwarded-host": "localhost:9000", "x-forwarded-proto": "http" };
  assert.equal(await get({ ...here, host: "localhost:9000" }), 200);
  assert.equal(await get({ ...here, "x-forwarded-for": `${THERE}, ${HERE}` }), 403);
  assert.equal(await get({ ...here, "x-forwarded-for": `${HERE}, ${THERE}` }), 403);
  assert.equal(await get({ ...here, "x-forwarded-host": "shop.example" }), 403);
  assert.equal(await get({ ...here, host: "shop.example" }), 403);
  assert.equal(await get({ ...here, via: "1.1 x" }), 403);
});

Deno.test("labOnly() refuses faults unless the lab is on", async () => {
  assert.equal(await ask(local, {}, { path: "/fault" }), 403);
});
