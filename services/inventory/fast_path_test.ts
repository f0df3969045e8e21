import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { quickItem } from "./fast_path.ts";
import { RequestMetrics } from "./request_metrics.ts";

function handler(deps: { active?: boolean; fails?: boolean } = {}) {
  const metrics = new RequestMetrics("inv1", new Registry());
  const items = {
    get(id: string) {
      if (deps.fails) throw new Error("database is locked");
      return id === "1" ? { id, name: "a", price: 1, manufacturer: "b" } : undefined;
    },
  };
  const quick = quickItem({ items, faults: { active: deps.active ?? false }, metrics });
  const ask = (path: string, method = "GET") => quick(method, path) ?? "app";
  return { ask, series: metrics.series("GET", "/items/{id}") };
}

Deno.test("quickItem() answers an item that exists, and counts it", () => {
  const { ask, series } = handler();
  assert.deepEqual(JSON.parse(ask("/items/1")), { id: "1", name: "a", price: 1, manufacturer: "b" });
  assert.equal(series.statuses.get(200), 1);
});

Deno.test("quickItem() leaves everything else to the app", () => {
  const { ask, series } = handler();
  for (const path of ["/items/2", "/items/1?x=1", "/items/%31", "/items/1/2", "/healthz", "/", "/x/items/1"]) {
    assert.equal(ask(path), "app", path);
  }
  assert.equal(ask("/items/1", "PUT"), "app");
  assert.equal(handler({ active: true }).ask("/items/1"), "app");
  assert.equal(handler({ fails: true }).ask("/items/1"), "app");
  assert.equal(series.statuses.get(200), 0);
});
