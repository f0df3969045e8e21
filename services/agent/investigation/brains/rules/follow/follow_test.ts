import assert from "node:assert/strict";
import { type Did, investigateShop } from "../../../testing/shop.ts";

const CALLS = {
  gateway: ["orders", "catalog"],
  orders: ["payments", "catalog", "orders-db"],
  payments: ["orders-db"],
  catalog: ["cache"],
};

const rises = (value: number, before = 0): [number, number][] => [[900, before], [150, value]];
const failing = (route: string, percent = 60): NonNullable<Did["routes"]> => [{
  route,
  rps: 20,
  error_percent: rises(percent),
  p95_ms: 40,
}];
const slow = (name: string, at: number, ms: number): Did => ({
  instances: [{ name, instance: `10.0.0.${at}:8080`, cpu: 0.1, memory_mb: 120, p95_ms: rises(ms, 40) }],
  routes: [{ route: `/${name}`, rps: 20, error_percent: 0, p95_ms: rises(ms, 40) }],
});
const logs = (
  message: string,
  count = 200,
  level = "ERROR",
): NonNullable<Did["logs"]> => [{ message, level, from: 145, to: 1, count }];

Deno.test("tellCause() names the callee whose code fails, over two hops, when a gateway pages", async () => {
  const { diagnosis } = await investigateShop({
    calls: CALLS,
    alert: { service: "gateway" },
    did: {
      gateway: {
        routes: failing("/gateway"),
        logs: logs("UpstreamError: orders responded 502 to POST http://orders:8080/orders"),
      },
      orders: {
        routes: failing("/orders"),
        logs: logs("PeerError: payments answered 500 to POST http://payments:8080/charge"),
      },
      payments: {
        routes: failing("/payments"),
        logs: logs(
          "KeyError: 'currency'\nTraceback (most recent call last):\n  File \"/srv/payments/charge.py\", line 31, in charge\n    rate = RATES[order['currency']]\nKeyError: 'currency'",
        ),
      },
    },
  });
  assert.equal(diagnosis.service_at_fault, "payments", diagnosis.root_cause);
  assert.deepEqual(diagnosis.victims, ["gateway", "orders"]);
  assert.equal(diagnosis.affected_file, "payments/charge.py");
  assert.match(diagnosis.root_cause, /^payments is at fault: .*currency/);
  assert.match(diagnosis.root_cause, /gateway and orders only suffer: gateway → orders → payments\./);
  assert.deepEqual(diagnosis.path?.map(({ service }) => service), ["gateway", "orders", "payments"]);
  assert.ok(
    diagnosis.claims.every(({ verified }) => verified),
    JSON.stringify(diagnosis.claims.filter((c) => !c.verified)),
  );
  assert.match(diagnosis.next_steps[0]!, /payments team/);
});

Deno.test("tellCause() names something outside as its callers see it, when nothing of it can be read", async () => {
  const { diagnosis } = await investigateShop({
    calls: CALLS,
    alert: { service: "gateway" },
    did: {
      gateway: { routes: failing("/gateway"), logs: logs("502 from orders") },
      orders: { routes: failing("/orders"), logs: logs("payments answered 502 to POST http://payments:8080/charge") },
      payments: {
        routes: failing("/payments"),
        logs: logs(
          "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://acquirer.example/v1/auth",
        ),
      },
    },
  });
  assert.equal(diagnosis.service_at_fault, "acquirer.example", diagnosis.root_cause);
  assert.equal(diagnosis.category, "dependency_unauthorized");
  assert.match(diagnosis.root_cause, /as seen from payments/);
  assert.deepEqual(diagnosis.victims, ["gateway", "orders", "payments"]);
});

Deno.test("tellCause() names the slow callee at the end, when nothing is logged", async () => {
  const { diagnosis } = await investigateShop({
    calls: CALLS,
    alert: { service: "gateway", alertname: "Slow" },
    did: { gateway: slow("gateway", 3, 2400), orders: slow("orders", 4, 2300), payments: slow("payments", 6, 2200) },
  });
  assert.equal(diagnosis.service_at_fault, "payments", diagnosis.root_cause);
  assert.deepEqual(diagnosis.victims, ["gateway", "orders"]);
});

Deno.test("tellCause() names the store that two services share, when both report it", async () => {
  const refused = "error: connect ECONNREFUSED 10.9.9.9:5432";
  const { diagnosis } = await investigateShop({
    calls: CALLS,
    alert: { service: "gateway" },
    dark: ["orders-db"],
    did: {
      gateway: {
        routes: failing("/gateway"),
        logs: [
          ...logs("orders responded 500 to POST http://orders:8080/orders", 120),
          ...logs("catalog responded 500 to GET http://catalog:8080/products", 80),
        ],
      },
      orders: { routes: failing("/orders"), logs: logs(refused) },
      catalog: { routes: failing("/catalog"), logs: logs(refused) },
    },
  });
  assert.equal(diagnosis.peer, "10.9.9.9:5432", diagnosis.root_cause);
  assert.equal(diagnosis.category, "dependency_refused");
});

Deno.test("tellCause() takes a database's own words, when they are few and its callers point at it", async () => {
  const { diagnosis } = await investigateShop({
    calls: CALLS,
    alert: { service: "orders" },
    did: {
      orders: {
        routes: failing("/orders"),
        logs: logs(
          'error: could not extend file "base/1/2": No space left on device\n    at Parser.parse (/srv/orders/node_modules/pg/lib/parser.js:3:1)',
        ),
      },
      "orders-db": {
        routes: [],
        logs: logs('ERROR:  could not extend file "base/1/2": No space left on device', 3),
      },
    },
  });
  assert.equal(diagnosis.service_at_fault, "orders-db", diagnosis.root_cause);
  assert.equal(diagnosis.category, "disk_full");
});

Deno.test("callsToFollow() looks at nothing else, when the service has a bug of its own", async () => {
  const { diagnosis, ledger } = await investigateShop({
    calls: CALLS,
    alert: { service: "orders" },
    did: {
      orders: {
        routes: failing("/orders"),
        logs: logs(
          "TypeError: Cannot read properties of undefined (reading 'id')\n    at place (/srv/orders/checkout.js:12:9)",
        ),
      },
    },
  });
  assert.deepEqual([diagnosis.category, diagnosis.affected_file], ["code_error", "orders/checkout.js"]);
  assert.equal(ledger.filter(({ arguments: args }) => args.service !== undefined).length, 0);
});

Deno.test("causeOf() ends, when services call each other in a circle", async () => {
  const { diagnosis } = await investigateShop({
    calls: { a: ["b"], b: ["c"], c: ["a"] },
    alert: { service: "a" },
    did: {
      a: { routes: failing("/a"), logs: logs("b answered 500 to GET http://b:8080/") },
      b: { routes: failing("/b"), logs: logs("c answered 500 to GET http://c:8080/") },
      c: { routes: failing("/c"), logs: logs("a answered 500 to GET http://a:8080/") },
    },
  });
  assert.equal(diagnosis.verdict, "cause_found");
});

Deno.test("callsToFollow() looks at no callee, when nothing is wrong", async () => {
  const { diagnosis, ledger } = await investigateShop({ calls: CALLS, alert: { service: "gateway" }, did: {} });
  assert.equal(diagnosis.verdict, "no_fault_found");
  assert.equal(ledger.some(({ tool }) => tool === "service_graph"), false);
});

Deno.test("tellCause() knows a service by the address that an error two calls away names, when nobody declares the call", async () => {
  const { diagnosis } = await investigateShop({
    calls: { gateway: ["orders"], orders: ["payments"] },
    undeclared: ["orders"],
    alert: { service: "gateway" },
    did: {
      gateway: { routes: failing("/gateway"), logs: logs("502 from orders") },
      orders: {
        routes: failing("/orders"),
        logs: logs("place order: unexpected status 500 from http://10.0.0.3:8080/charge"),
      },
      payments: {
        routes: failing("/payments"),
        logs: logs(
          "KeyError: 'currency'\nTraceback (most recent call last):\n  File \"/srv/payments/charge.py\", line 31, in charge\n    rate = RATES[order['currency']]\nKeyError: 'currency'",
        ),
      },
    },
  });
  assert.equal(diagnosis.service_at_fault, "payments", diagnosis.root_cause);
  assert.deepEqual(diagnosis.victims, ["gateway", "orders"]);
});

Deno.test("tellCause() tells why a store that can't be read has an alert, by the errors of those who call it", async () => {
  const { diagnosis } = await investigateShop({
    calls: CALLS,
    alert: { service: "cache", alertname: "CacheDown" },
    dark: ["cache"],
    did: {
      catalog: {
        routes: failing("/catalog"),
        logs: logs("redis.exceptions.ConnectionError: Error 111 connecting to 10.0.0.1:8080. Connection refused."),
      },
    },
  });
  assert.equal(diagnosis.service_at_fault, "cache", diagnosis.root_cause);
  assert.equal(diagnosis.category, "dependency_refused");
  assert.deepEqual(diagnosis.victims, ["catalog"]);
  assert.match(
    diagnosis.root_cause,
    /^cache \(10\.0\.0\.1:8080\) refuses connections, as seen from catalog: .* catalog logged that 200 times/,
  );
  assert.ok(diagnosis.confidence > 0.3, String(diagnosis.confidence));
});

Deno.test("tellCause() accuses nobody of an alert of a store, when no error of its callers names it", async () => {
  const { diagnosis } = await investigateShop({
    calls: CALLS,
    alert: { service: "cache", alertname: "CacheMemoryHigh" },
    dark: ["cache"],
    did: { catalog: { routes: failing("/catalog"), logs: logs("connect ECONNREFUSED 10.9.9.9:5432") } },
  });
  assert.equal(diagnosis.verdict, "not_enough_evidence", diagnosis.root_cause);
});

Deno.test("causeOf() takes no error of a callee for the reason of a trouble that began long after it", async () => {
  const { diagnosis } = await investigateShop({
    calls: CALLS,
    alert: { service: "orders" },
    did: {
      orders: {
        routes: failing("/orders"),
        logs: [{
          message: "payments: unexpected status 401 from http://payments:8080/charge",
          level: "ERROR",
          from: 40,
          to: 1,
          count: 100,
        }],
      },
      payments: {
        logs: [{ message: "connect ECONNREFUSED 10.9.9.9:5432", level: "ERROR", from: 290, to: 280, count: 20 }],
      },
    },
  });
  assert.equal(diagnosis.category, "dependency_unauthorized", diagnosis.root_cause);
  assert.equal(diagnosis.service_at_fault, "payments");
});

Deno.test("tellCause() names the database that logs slow statements, when its caller is slow and it is not measured", async () => {
  const statements = (message: string) => logs(message, 60, "INFO");
  for (
    const message of [
      "[899] LOG:  duration: 1496.979 ms  statement: UPDATE stock SET reserved = reserved + 1",
      "LOG:  duration: 2210.100 ms  execute <unnamed>: SELECT * FROM orders",
      '{"s":"I","c":"COMMAND","msg":"Slow query","attr":{"ns":"shop.orders","durationMillis":2300}}',
    ]
  ) {
    const { diagnosis } = await investigateShop({
      calls: CALLS,
      alert: { service: "gateway", alertname: "Slow" },
      dark: ["orders-db"],
      read: ["orders-db"],
      did: {
        gateway: slow("gateway", 3, 2400),
        orders: slow("orders", 4, 2300),
        payments: slow("payments", 6, 2200),
        "orders-db": { logs: statements(message) },
      },
    });
    assert.equal(diagnosis.service_at_fault, "orders-db", `${message}\n${diagnosis.root_cause}`);
    assert.equal(diagnosis.category, "slow_query");
    assert.match(diagnosis.root_cause, /^orders-db is at fault: queries to orders-db take longer than allowed/);
    assert.equal(diagnosis.affected_file, null);
  }
});

Deno.test("causeOf() blames no restart of a callee that was over before the trouble began", async () => {
  const { diagnosis } = await investigateShop({
    calls: CALLS,
    alert: { service: "orders" },
    did: {
      orders: {
        routes: failing("/orders"),
        logs: [{
          message: "payments: unexpected status 429 from http://payments:8080/charge",
          level: "ERROR",
          from: 40,
          to: 1,
          count: 100,
        }],
      },
      payments: {
        instances: [{
          name: "payments",
          instance: "10.0.0.5:8080",
          cpu: 0.1,
          memory_mb: 120,
          p95_ms: 40,
          starts: [3600, 300, 200],
        }],
      },
    },
  });
  assert.equal(diagnosis.category, "dependency_rate_limited", diagnosis.root_cause);
});

Deno.test("A name that does not resolve is its asker's fault, whether the alert is the asker's or its caller's", async () => {
  const lookup =
    'Post "http://stok.internal:8083/reserve": dial tcp: lookup stok.internal on 127.0.0.53:53: no such host';
  for (const service of ["gateway", "orders"]) {
    const { diagnosis } = await investigateShop({
      calls: CALLS,
      alert: { service },
      did: {
        gateway: { routes: failing("/gateway"), logs: logs("502 from orders") },
        orders: { routes: failing("/orders"), logs: logs(lookup) },
      },
    });
    assert.deepEqual([diagnosis.service_at_fault, diagnosis.category], ["orders", "dependency_dns"], service);
  }
});
