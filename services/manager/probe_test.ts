import assert from "node:assert/strict";
import { createProbe } from "./probe.ts";

async function against(handler: () => Response | Promise<Response>, timeoutMs = 10_000) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  try {
    return await createProbe(fetch, timeoutMs)(`http://127.0.0.1:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

Deno.test("createProbe() tells an inventory by its identity", async () => {
  const health = await against(() => Response.json({ ok: true, name: "oncall-inventory", version: "9.9.9", pid: 7 }));
  assert.deepEqual(health, { kind: "alive", pid: 7, version: "9.9.9" });
});

Deno.test("createProbe() tells another program from an inventory", async () => {
  const other = await against(() => Response.json({ name: "oncall-lb", version: "1.0.0", pid: 7 }));
  assert.deepEqual(other, { kind: "foreign", text: "oncall-lb 1.0.0, process 7" });
  assert.equal((await against(() => new Response("hello"))).kind, "foreign");
  assert.equal((await against(() => Response.json([]))).kind, "foreign");
});

Deno.test("createProbe() finds a port refused when nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  assert.deepEqual(await createProbe(fetch, 10_000)(`http://127.0.0.1:${port}`), { kind: "refused" });
});

Deno.test("createProbe() finds a listener silent when no answer comes in time", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  assert.deepEqual(await createProbe(fetch, 50)(`http://127.0.0.1:${port}`), { kind: "silent" });
  listener.close();
});
