import assert from "node:assert/strict";
import { type Did, investigateShop } from "../../../testing/shop.ts";

const CALLS = { orders: ["shipping", "mailer"], gateway: ["orders"] };
const WAITS = 'orders_shipments_waiting{job="orders"} > 60';
const hangs: Did = {
  routes: [],
  instances: [{
    name: "shipping",
    instance: "10.0.0.4:8080",
    up: [[900, 1], [90, 0]],
    scrape_error: 'Get "http://10.0.0.4:8080/metrics": context deadline exceeded',
  }],
};
const investigate = (expression: string, did: Readonly<Record<string, Did>>) =>
  investigateShop({ calls: CALLS, alert: { service: "orders", alertname: "OrdersWait", expression }, did });

Deno.test("causeOf() names a worker that hangs, when what waits for it has an alert and is well", async () => {
  for (
    const expression of [
      WAITS,
      "max by (queue) (queue_depth) > 100",
      'rate(jobs_done_total{job="orders"}[5m]) < 1',
      'sum(increase(orders_waiting_total{zone=~"a|b"}[10m])) - sum(increase(shipped_total[10m])) > 5',
    ]
  ) {
    const { diagnosis } = await investigate(expression, { shipping: hangs });
    assert.equal(diagnosis.service_at_fault, "shipping", diagnosis.root_cause);
    assert.deepEqual(diagnosis.victims, ["orders"]);
    assert.ok(diagnosis.confidence <= 0.7, String(diagnosis.confidence));
    assert.ok(diagnosis.claims.every(({ verified }) => verified), JSON.stringify(diagnosis.claims));
  }
});

Deno.test("causeOf() names nobody, when the alert is about the service's own requests or all is well", async () => {
  for (
    const [expression, did] of [
      ["rate(orders_errors_total[1m]) / rate(orders_requests_total[1m]) > 0.05", { shipping: hangs }],
      ['histogram_quantile(0.95, sum by (le) (rate(orders_seconds_bucket{job="orders"}[1m]))) > 1', {
        shipping: hangs,
      }],
      ['up{job="orders"} == 0', { shipping: hangs }],
      [WAITS, {}],
      [WAITS, { gateway: hangs }],
    ] as const
  ) {
    const { diagnosis } = await investigate(expression, did);
    assert.equal(diagnosis.verdict, "no_fault_found", `${expression}: ${diagnosis.root_cause}`);
  }
});

Deno.test("callsToFollow() reads no other service, when the alert is about the service's own requests", async () => {
  const { ledger } = await investigate("rate(orders_errors_total[1m]) > 1", { shipping: hangs });
  assert.equal(ledger.some(({ arguments: args }) => args.service !== undefined), false);
});
