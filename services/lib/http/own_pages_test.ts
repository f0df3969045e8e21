import assert from "node:assert/strict";
import { Hono } from "hono";
import { noForeignPages, notThroughProxies, onError } from "./mod.ts";

const app = new Hono().post("/scale", noForeignPages(), (c) => c.text("done"))
  .post("/faults", notThroughProxies(), (c) => c.text("done")).onError(onError(() => {}));

async function post(path: string, headers: Record<string, string>): Promise<number> {
  return (await app.request(`http://127.0.0.1:7070${path}`, { method: "POST", headers })).status;
}

Deno.test("noForeignPages() lets programs and own pages through, by address and by this machine's name", async () => {
  for (
    const headers of [
      { host: "127.0.0.1:7070" },
      { host: "manager.internal:7070" },
      { host: "localhost:7070", origin: "http://localhost:7070" },
      { host: "10.0.0.7:7070", origin: "http://10.0.0.7:7070", "sec-fetch-site": "same-origin" },
      { host: "[::1]:7070", origin: "http://[::1]:7070" },
    ] as Record<string, string>[]
  ) assert.equal(await post("/scale", headers), 200, JSON.stringify(headers));
});

Deno.test("noForeignPages() refuses pages of other sites, also under a name that leads here", async () => {
  for (
    const headers of [
      { host: "127.0.0.1:7070", origin: "http://evil.example" },
      { host: "127.0.0.1:7070", origin: "null" },
      { host: "127.0.0.1:7070", origin: "http://127.0.0.1:8080" },
      { host: "evil.example:7070", origin: "http://evil.example:7070" },
      { host: "127.0.0.1:7070", "sec-fetch-site": "cross-site" },
      { host: "127.0.0.1:7070", "sec-fetch-site": "same-site" },
    ] as Record<string, string>[]
  ) assert.equal(await post("/scale", headers), 403, JSON.stringify(headers));
});

Deno.test("notThroughProxies() refuses what a proxy hands on", async () => {
  assert.equal(await post("/faults", {}), 200);
  assert.equal(await post("/faults", { "x-forwarded-for": "192.0.2.7" }), 403);
  assert.equal(await post("/faults", { forwarded: "for=192.0.2.7" }), 403);
});
