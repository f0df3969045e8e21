import assert from "node:assert/strict";
import { oncall } from "../testing/world.ts";

const answer = {
  at: "2026-01-02T15:04:05.000Z",
  nodes: [
    { name: "orders", described: true, kind: "service", owner: "order team", addresses: [] },
    { name: "orders-db", described: false, kind: "database", owner: null, addresses: [] },
  ],
  edges: [{
    from: "orders",
    to: "orders-db",
    origins: [{ origin: "declared", last_seen: null }, { origin: "mesh", last_seen: "2026-01-02T15:04:05Z" }],
    per_second: 12,
    failing_percent: 40,
  }],
  missing: ["Prometheus at http://b cannot be reached"],
};

Deno.test("graph() shows who calls whom, how that is known, and what fails", async () => {
  const { exitCode, out } = await oncall("graph", { "GET 8088/api/graph": answer });
  assert.equal(exitCode, 0);
  assert.match(out, /^orders$/m);
  assert.match(out, /→ orders-db 12 calls\/s +40 % fail +\(declared; mesh, 15:04:05 UTC\)/);
  assert.match(out, /Not known: Prometheus at http:\/\/b/);
});

Deno.test("graph() prints the answer as it is, when JSON is wanted", async () => {
  const { out } = await oncall("graph --json", { "GET 8088/api/graph": answer });
  assert.deepEqual(JSON.parse(out).edges, answer.edges);
});
