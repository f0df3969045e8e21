import assert from "node:assert/strict";
import { shippedCatalogue } from "../catalogue/mod.ts";
import { situationOf } from "../testing/investigation.ts";
import { boundQuery } from "./promql_bounds.ts";
import { ToolError } from "./tool.ts";

const { services } = shippedCatalogue();
const situation = situationOf({
  name: "a test",
  expect: { verdict: "not_enough_evidence" },
  alert: {
    ago: 60,
    labels: { alertname: "HighErrorRate", service: "inventory", severity: "critical", namespace: "shop" },
  },
});
const own = situation.service!.metrics!.selector;
const bound = (query: string) => boundQuery(query, { services, situation });

Deno.test("boundQuery() leaves queries that name a service, or what the alerts name", () => {
  for (
    const query of [
      `sum(rate(http_requests_total{${own}}[1m]))`,
      `sum by (instance) (rate(http_requests_total{${own},status=~"5.."}[5m])) / on (instance) group_left () sum(up{${own}})`,
      `kube_pod_status_ready{namespace="shop"} offset 1h`,
      `max_over_time(rate(x_total{${own}}[1m])[1h:1m])`,
      "vector(1)",
      "time() - 5 * 60 > bool 3e2",
      `{__name__=~"http_.*",${own}}`,
      `up{${own}} # and nothing else`,
      `label_replace(up{${own}}, "a", "$1", "b", "(.*)")`,
    ]
  ) assert.equal(bound(query), query, query);
});

Deno.test("boundQuery() gives a selector that names no service the incident's own", () => {
  assert.equal(bound("up"), `up{${own}}`);
  assert.equal(
    bound("sum(rate(http_requests_total[1m])) by (status)"),
    `sum(rate(http_requests_total{${own}}[1m])) by (status)`,
  );
  assert.equal(bound('a{status="500"} / b'), `a{${own},status="500"} / b{${own}}`);
  assert.equal(bound("a{} + b{ }"), `a{${own}} + b{${own} }`);
  assert.equal(bound('{__name__=~".+"}'), `{${own},__name__=~".+"}`);
  assert.equal(bound('{"http.requests"}'), `{${own},"http.requests"}`);
  assert.equal(bound("a unless b offset 5m"), `a{${own}} unless b{${own}} offset 5m`);
  assert.equal(bound("count(ALERTS)"), `count(ALERTS{${own}})`);
});

Deno.test("boundQuery() refuses what names something else, reaches back too far or cannot be read", () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['up{job="payroll"}', /job="payroll" is no service of this agent.*one of .*namespace="shop"/],
    [`up{${own}} + salary{job="payroll"}`, /payroll/],
    ['up{namespace=~".+"}', /namespace=~"\.\+" is no service/],
    ['up{namespace=~"shop|hr"}', /is no service/],
    [`rate(x_total{${own}}[30d])`, /7 days/],
    [`x{${own}} offset 2w`, /7 days/],
    [`max_over_time(x{${own}}[7d:1s])`, /1000 steps/],
    ['up{job="a}', /cannot be read/],
    ["up{job}", /cannot be read/],
    ["http://evil.example/?q=x[y]", /cannot be read/],
  ];
  for (const [query, says] of refused) {
    assert.throws(() => bound(query), (error) => error instanceof ToolError && says.test(error.message), query);
  }
});

Deno.test("boundQuery() refuses a selector that names no service where the incident has none", () => {
  const stranger = situationOf({
    name: "a test",
    expect: { verdict: "not_enough_evidence" },
    alert: { ago: 60, labels: { alertname: "DiskFull", severity: "critical", node: "n1" } },
  });
  const other = { services, situation: stranger };
  assert.equal(boundQuery('node_load1{node="n1"}', other), 'node_load1{node="n1"}');
  assert.throws(() => boundQuery("node_load1", other), /node_load1 names no service.*node="n1"/);
});
