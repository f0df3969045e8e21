import assert from "node:assert/strict";
import { type Did, investigateShop } from "../../../testing/shop.ts";

const CALLS = { gateway: ["catalog", "orders"] };
const since = (ago: number, value: number, before: number): [number, number][] => [[1_800, before], [ago, value]];
const slow = (name: string, at: number, ago: number): Did => ({
  instances: [{ name, instance: `10.0.0.${at}:8080`, cpu: 0.1, memory_mb: 120, p95_ms: since(ago, 2_400, 40) }],
  routes: [{ route: `/${name}`, rps: 20, error_percent: 0, p95_ms: since(ago, 2_400, 40) }],
});
const bug = (ago: number): Did => ({
  routes: [{ route: "/catalog", rps: 20, error_percent: since(ago, 60, 0), p95_ms: 40 }],
  logs: [{
    message: "TypeError: Cannot read properties of undefined (reading 'id')\n    at find (/srv/catalog/search.js:12:9)",
    level: "ERROR",
    from: ago,
    to: 1,
    count: 90,
  }],
});

for (const [ago, guilty] of [[110, "gateway"], [290, "catalog"], [280, "catalog"]] as const) {
  Deno.test(`beganAfter() leaves ${guilty} at fault when its callee fails since ${ago} s and it is slow since 300 s`, async () => {
    const { diagnosis } = await investigateShop({
      calls: CALLS,
      alert: { service: "gateway", alertname: "Slow", ago: 290 },
      did: { gateway: slow("gateway", 2, 300), catalog: bug(ago) },
    });
    assert.equal(diagnosis.service_at_fault ?? "gateway", guilty, diagnosis.root_cause);
  });
}

Deno.test("beganAfter() goes by what was measured of the caller, when it logged another error long before", async () => {
  const early = { message: "cannot read the banner: not found", level: "ERROR", from: 295, to: 295, count: 1 };
  const { diagnosis } = await investigateShop({
    calls: CALLS,
    alert: { service: "gateway", alertname: "Slow", ago: 90 },
    did: { gateway: { ...slow("gateway", 2, 110), logs: [early] }, catalog: bug(100) },
  });
  assert.equal(diagnosis.service_at_fault, "catalog", diagnosis.root_cause);
});
