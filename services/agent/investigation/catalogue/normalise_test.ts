import assert from "node:assert/strict";
import { parseCatalogue } from "./load.ts";
import { routeLimits } from "./metrics.ts";

const CONNECTIONS = `
connections:
  metrics: { kind: mimir, url: "https://mimir.internal/prometheus/", token_env: MIMIR_TOKEN, tenant: shop }
  logs: { kind: loki, url: "http://loki.internal:3100" }
  search: { kind: opensearch, url: "https://search.internal:9200" }
  traces: { kind: tempo, url: "http://tempo.internal:3200" }
  code: { kind: gitlab, url: "https://git.internal" }
  deploys: { kind: argocd, url: "https://argo.internal" }
`;

Deno.test("parseCatalogue() puts defaults into each service, with its name in them", () => {
  const { services } = parseCatalogue(`${CONNECTIONS}
defaults:
  owner: shop team
  metrics:
    selector: job="$service"
    window: 2m
    labels: { route: handler }
    requests: http_requests_total
    errors: { selector: 'code=~"5.."' }
    latency: http_request_duration_seconds
  logs: { connection: logs, query: '{app="$service"}' }
  traces: traces
  objectives: { error_percent: 1 }
services:
  - name: orders
    depends_on: [payments, "orders-db.internal:5432", { name: mail, addresses: "smtp.example.com:25" }]
  - name: payments
    match: { app: payments }
    owner: payments team
    metrics: { selector: 'app="payments"', labels: { status: code } }
    logs: { connection: search, index: logs-payments }
    objectives: { latency_ms: 200, routes: { /pay: { latency_ms: 900 } } }
`);
  const [orders, payments] = services;
  assert.deepEqual(orders!.match, [{ service: "orders" }, { job: "orders" }]);
  assert.equal(orders!.metrics?.selector, 'job="orders"');
  assert.deepEqual(orders!.metrics?.errors, { metric: "http_requests_total", selector: 'code=~"5.."' });
  assert.deepEqual(orders!.metrics?.labels, { instance: "instance", route: "handler", status: "code" });
  assert.deepEqual(orders!.logs, { source: "loki", connection: "logs", query: '{app="orders"}' });
  assert.deepEqual(orders!.traces, { connection: "traces" });
  assert.deepEqual(orders!.depends_on, [
    { name: "payments", addresses: [] },
    { name: "orders-db.internal:5432", addresses: ["orders-db.internal:5432"] },
    { name: "mail", addresses: ["smtp.example.com:25"] },
  ]);
  assert.deepEqual(payments!.match, [{ app: "payments" }]);
  assert.equal(payments!.owner, "payments team");
  assert.equal(payments!.metrics?.selector, 'app="payments"');
  assert.equal(payments!.metrics?.window, "2m");
  assert.deepEqual(payments!.logs, { source: "elasticsearch", connection: "search", index: "logs-payments" });
  assert.equal(payments!.objectives.error_percent, 1);
  assert.deepEqual(payments!.objectives.routes, { "/pay": { latency_ms: 900 } });
});

Deno.test("parseCatalogue() takes services by name, selectors by label and short forms", () => {
  const { services } = parseCatalogue(`${CONNECTIONS}
services:
  orders:
    addresses: http://orders.internal:8080/api
    metrics: { selector: { job: orders, env: prod }, cpu: { query: 'rate(cpu_ms_total{app="orders"}[$window]) / 1000' } }
    code: { connection: code, repository: group/sub/orders }
    changes: [{ connection: deploys, application: orders }, code]
  payments:
`);
  assert.deepEqual(services.map(({ name }) => name), ["orders", "payments"]);
  assert.deepEqual(services[0]!.addresses, ["orders.internal:8080"]);
  assert.equal(services[0]!.metrics?.selector, 'job="orders",env="prod"');
  assert.equal(services[0]!.code.source, "connection");
  assert.deepEqual(services[0]!.changes, {
    source: "connections",
    from: [{ connection: "deploys", application: "orders" }, { connection: "code" }],
  });
});

for (
  const [what, text, words] of [
    [
      "a connection that is not there",
      "logs: { connection: lok, query: x }",
      /there is no connection lok; expected logs, search/,
    ],
    [
      "a connection of another kind",
      "traces: logs",
      /connection logs is of kind loki; for traces expected one of kind tempo, jaeger/,
    ],
    ["a service that is not there", "depends_on: [paymnts]", /paymnts is no service of this file/],
    ["a field of another part", 'selector: job="a"', /not known here: expected it under metrics/],
    ["a field that nobody knows", "colour: red", /colour: this field is not known here/],
    ["a field that is missing", "logs: { connection: logs }", /query: it is required/],
  ] as const
) {
  Deno.test(`parseCatalogue() names the line of ${what}`, () => {
    assert.throws(
      () => parseCatalogue(`${CONNECTIONS}\nservices:\n  - name: a\n    ${text}\n`, "x.yaml"),
      (error: Error) => {
        assert.match(error.message, words);
        assert.match(error.message, /x\.yaml line 12: services\.0/);
        return true;
      },
    );
  });
}

Deno.test("parseCatalogue() names the line of a mistake in the defaults, once", () => {
  const text = "defaults:\n  metrics: { selector: job=x }\nservices:\n  - name: a\n  - name: b\n";
  assert.throws(() => parseCatalogue(text, "x.yaml"), (error: Error) => {
    assert.equal(error.message.match(/x\.yaml line 2: defaults\.metrics\.selector/g)?.length, 1);
    return true;
  });
});

Deno.test("parseCatalogue() wants to know which of several servers has a service's metrics", () => {
  const text = `
connections:
  a: { kind: prometheus, url: "http://a:9090" }
  b: { kind: victoriametrics, url: "http://b:8428" }
services:
  - name: x
    metrics: { selector: 'job="x"' }
`;
  assert.throws(
    () => parseCatalogue(text),
    /x names no connection, and there are several for metrics: expected connection: a, b/,
  );
});

Deno.test("routeLimits() takes a route's own limits, else the service's", () => {
  const { services } = parseCatalogue(
    "services:\n  - { name: a, objectives: { error_percent: 2, latency_ms: 300, routes: { /report: { latency_ms: 9000 } } } }",
  );
  assert.deepEqual(routeLimits(services[0]!.objectives, "/report"), { error_percent: 2, latency_ms: 9000 });
  assert.deepEqual(routeLimits(services[0]!.objectives, "/pay"), { error_percent: 2, latency_ms: 300 });
});

Deno.test("parseCatalogue() replaces a single metric of the defaults as a whole", () => {
  const { services } = parseCatalogue(`
defaults:
  metrics:
    selector: job="$service"
    requests: http_requests_total
    errors: { selector: 'code=~"5.."' }
    latency: { metric: took_ms, unit: milliseconds }
services:
  - { name: a, metrics: { requests: { query: "rate(x[$window])" }, errors: failed_total, latency: took_seconds } }
`);
  const { requests, errors, latency } = services[0]!.metrics!;
  assert.deepEqual(requests, { query: "rate(x[$window])" });
  assert.deepEqual(errors, { metric: "failed_total" });
  assert.deepEqual(latency, { metric: "took_seconds", unit: "seconds", type: "histogram" });
});
