import assert from "node:assert/strict";
import { type Did, investigateShop } from "../../../testing/shop.ts";

const CALLS = { gateway: ["orders"], orders: ["orders-db"] };
const failing = (route: string): NonNullable<Did["routes"]> => [
  { route, rps: 20, error_percent: [[900, 0], [150, 60]], p95_ms: 40 },
];
const logs = (message: string): NonNullable<Did["logs"]> => [
  { message, level: "ERROR", from: 145, to: 1, count: 200 },
];

const POOL =
  "SqlError: HikariPool-1 - Connection is not available, request timed out after 2000ms (total=6, active=6, idle=0, waiting=18)";
const statement = (from: number, count = 60): NonNullable<Did["logs"]> => [{
  message: "[106] LOG:  duration: 1803.247 ms  statement: SELECT * FROM products WHERE id = $1",
  level: "INFO",
  from,
  to: 1,
  count,
}];

Deno.test("causeOf() goes on to the database, when a pool runs empty since its statements are slow", async () => {
  for (
    const message of [
      POOL,
      "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00",
      "pgxpool: failed to acquire: timeout waiting for a connection from the pool",
    ]
  ) {
    const { diagnosis } = await investigateShop({
      calls: CALLS,
      alert: { service: "gateway" },
      did: {
        gateway: { routes: failing("/gateway"), logs: logs("orders answered 500 to POST http://orders:8080/orders") },
        orders: { routes: failing("/orders"), logs: logs(message) },
        "orders-db": { routes: [], logs: statement(150) },
      },
    });
    assert.equal(diagnosis.service_at_fault, "orders-db", diagnosis.root_cause);
    assert.equal(diagnosis.category, "slow_query");
    assert.deepEqual(diagnosis.victims, ["gateway", "orders"]);
  }
});

Deno.test("causeOf() goes on from an empty pool to the database, when that service itself pages", async () => {
  const { diagnosis } = await investigateShop({
    calls: CALLS,
    alert: { service: "orders" },
    did: {
      orders: { routes: failing("/orders"), logs: logs(POOL) },
      "orders-db": { routes: [], logs: statement(150) },
    },
  });
  assert.equal(diagnosis.service_at_fault, "orders-db", diagnosis.root_cause);
});

Deno.test("causeOf() stays at an empty pool, when its database is well, or as slow as it has long been", async () => {
  for (const found of [[], statement(290, 100)]) {
    const { diagnosis } = await investigateShop({
      calls: CALLS,
      alert: { service: "gateway" },
      did: {
        gateway: { routes: failing("/gateway"), logs: logs("orders answered 500 to POST http://orders:8080/orders") },
        orders: { routes: failing("/orders"), logs: [{ message: POOL, level: "ERROR", from: 100, to: 1, count: 80 }] },
        "orders-db": { routes: [], logs: found },
      },
    });
    assert.equal(diagnosis.service_at_fault, "orders", diagnosis.root_cause);
    assert.equal(diagnosis.category, "pool_exhausted");
  }
});
