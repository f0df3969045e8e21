import assert from "node:assert/strict";
import { type Backend, parseEndpoint } from "./backend.ts";
import { HEALTH_RULES } from "./health.ts";
import type { Policy } from "./policies.ts";
import { Pool } from "./pool.ts";
import type { BackendConnection } from "./backend.ts";

function poolOf(count: number, policy: Policy = "round-robin"): Pool {
  const pool = new Pool({ policy, rules: HEALTH_RULES, maxWaiting: 4 });
  pool.replace(Array.from({ length: count }, (_, i) => parseEndpoint(`127.0.0.1:${8001 + i}`)!));
  return pool;
}

function pickMany(pool: Pool, count: number, now = 0): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const port = (pool.pick([], now) as Backend).port;
    counts[port] = (counts[port] ?? 0) + 1;
  }
  return counts;
}

Deno.test("parseEndpoint() takes http://host:port and host:port, and nothing more", () => {
  assert.equal(parseEndpoint("127.0.0.1:8001")?.url, "http://127.0.0.1:8001");
  assert.equal(parseEndpoint("http://[::1]:8001/")?.hostname, "::1");
  for (const bad of ["https://a:1", "http://a:1/path", "http://u@a:1", "http://a:x", "", "a b"]) {
    assert.equal(parseEndpoint(bad), undefined, bad);
  }
});

Deno.test("Pool.pick() goes round in order", () => {
  const pool = poolOf(3);
  const ports = Array.from({ length: 6 }, () => (pool.pick([], 0) as Backend).port);
  assert.deepEqual(ports, [8001, 8002, 8003, 8001, 8002, 8003]);
});

Deno.test("Pool.pick() leaves out who is out, and takes even those when nobody else is left", () => {
  const pool = poolOf(2);
  pool.members[0]!.health.connectFailed(0);
  assert.deepEqual(pickMany(pool, 4), { 8002: 4 });
  pool.members[1]!.health.connectFailed(0);
  assert.deepEqual(pickMany(pool, 4), { 8001: 2, 8002: 2 });
  assert.equal(pool.pick(["127.0.0.1:8001", "127.0.0.1:8002"], 0), undefined);
});

Deno.test("Pool.pick() gives who returns a growing share", () => {
  const pool = poolOf(2);
  const { health } = pool.members[0]!;
  health.connectFailed(0);
  health.probed(undefined, 1_000);
  assert.deepEqual(pickMany(pool, 110, 1_000), { 8001: 10, 8002: 100 });
  assert.deepEqual(pickMany(pool, 100, 10_000), { 8001: 50, 8002: 50 });
});

Deno.test("Pool.pick() takes the least loaded when the policy is least-requests", () => {
  const pool = poolOf(3, "least-requests");
  for (let i = 0; i < 3; i++) pool.members[0]!.busy.add({} as BackendConnection);
  assert.deepEqual(pickMany(pool, 4), { 8002: 2, 8003: 2 });
});

Deno.test("Pool.pick() counts a returning backend's load by its share when the policy is least-requests", () => {
  const pool = poolOf(2, "least-requests");
  const { health } = pool.members[0]!;
  health.connectFailed(0);
  health.probed(undefined, 1_000);
  for (let i = 0; i < 5; i++) pool.members[1]!.busy.add({} as BackendConnection);
  assert.deepEqual(pickMany(pool, 4, 1_000), { 8002: 4 });
  for (let i = 0; i < 5; i++) pool.members[1]!.busy.add({} as BackendConnection);
  assert.deepEqual(pickMany(pool, 4, 1_000), { 8001: 4 });
});

Deno.test("Pool.pick() says full when everyone has its fill", () => {
  const pool = poolOf(2);
  pool.members[0]!.waiting = 4;
  assert.equal((pool.pick([], 0) as Backend).port, 8002);
  pool.members[1]!.waiting = 4;
  assert.equal(pool.pick([], 0), "full");
});

Deno.test("Pool.replace() keeps who stays, drains who goes, and takes back who returns", () => {
  const pool = poolOf(2);
  const [first, second] = pool.members as [Backend, Backend];
  second.busy.add({} as BackendConnection);
  const { added, removed } = pool.replace([parseEndpoint("127.0.0.1:8001")!, parseEndpoint("127.0.0.1:8009")!]);
  assert.deepEqual([added, removed], [["127.0.0.1:8009"], ["127.0.0.1:8002"]]);
  assert.equal(pool.members[0], first);
  assert.deepEqual([...pool.all()].map((b) => b.port), [8001, 8009, 8002]);
  pool.replace([parseEndpoint("127.0.0.1:8002")!]);
  assert.equal(pool.members[0], second);
  assert.equal(second.draining, false);
  assert.deepEqual([...pool.all()].map((b) => b.port), [8002]);
});

Deno.test("Pool.mayGoOut() keeps at least half in, and all when all err alike", () => {
  const pool = poolOf(4);
  for (const backend of pool.members) backend.errorShare = 0.8;
  assert.equal(pool.mayGoOut(pool.members[0]!), false);
  for (const backend of pool.members.slice(2)) backend.errorShare = 0;
  assert.equal(pool.mayGoOut(pool.members[0]!), true);
  pool.members[0]!.health.out = "server_errors";
  assert.equal(pool.mayGoOut(pool.members[1]!), true);
  pool.members[1]!.health.out = "server_errors";
  pool.members[2]!.errorShare = 1;
  assert.equal(pool.mayGoOut(pool.members[2]!), false);
});
