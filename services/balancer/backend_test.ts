import assert from "node:assert/strict";
import { Backend, parseEndpoint } from "./backend.ts";
import { HEALTH_RULES } from "./health.ts";

Deno.test("Backend.full() bounds the connections that are being opened, as long as none is idle", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 512 });
  const surroundings = { othersIn: () => true, onChange: () => {} };
  const backend = new Backend(parseEndpoint(`127.0.0.1:${listener.addr.port}`)!, HEALTH_RULES, surroundings);
  const opening = Array.from({ length: 63 }, () => backend.connect(60_000));
  assert.equal(backend.full(1_000), false);
  assert.equal(backend.full(63), true, "those that wait for a connection wait for the backend");
  opening.push(backend.connect(60_000));
  assert.equal(backend.full(1_000), true);
  const [first, ...others] = await Promise.all(opening);
  assert.equal(backend.full(1_000), false);
  first!.begin(true);
  backend.release(first!, 0);
  const more = Array.from({ length: 64 }, () => backend.connect(60_000));
  assert.equal(backend.full(1_000), false, "a connection is idle");
  for (const upstream of [...others, ...await Promise.all(more)]) upstream.drop();
  backend.closeIdle(0, true);
});
