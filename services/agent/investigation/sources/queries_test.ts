import assert from "node:assert/strict";
import { parseCatalogue } from "../catalogue/mod.ts";
import { queriesOf } from "./queries.ts";

function queries(metrics: string) {
  return queriesOf(parseCatalogue(`services:\n  - name: a\n    metrics: ${metrics}\n`).services[0]!.metrics!);
}

Deno.test("queriesOf() counts failed requests by a label of the requests' own metric", () => {
  const q = queries(`{ selector: 'app="a"', requests: rpc_total, errors: { selector: 'result=~"error|timeout"' } }`);
  assert.equal(q.requests(), 'sum(rate(rpc_total{app="a"}[1m]))');
  assert.equal(q.errors(["instance"]), 'sum by (instance) (rate(rpc_total{app="a",result=~"error|timeout"}[1m]))');
  assert.equal(q.tellers(), 'count(rpc_total{app="a",result!=""})');
  assert.equal(queries(`{ selector: 'app="a"', requests: x, errors: y }`).tellers(), undefined);
});

Deno.test("queriesOf() takes matchers in place of the service's own, and for up", () => {
  const q = queries(
    `{ selector: 'app="a"', up: 'job="pods",pod=~"a-.*"', cpu: { metric: container_cpu_usage_seconds_total, only: 'pod=~"a-.*"' } }`,
  );
  assert.equal(q.cpu(), 'sum by (instance) (rate(container_cpu_usage_seconds_total{pod=~"a-.*"}[1m]))');
  assert.equal(q.up(), 'min by (instance) (up{job="pods",pod=~"a-.*"})');
});

Deno.test("queriesOf() sums a query of one's own", () => {
  const q = queries(
    `{ selector: 'app="a"', window: 5m, requests: { query: 'rate(hits{$selector}[$window]) > 0' }, memory: { query: 'sum by (instance) (jvm{$selector})' } }`,
  );
  assert.equal(q.requests(["route"]), 'sum by (route) (rate(hits{app="a"}[5m]) > 0)');
  assert.equal(q.memory(), 'max by (instance) (sum by (instance) (jvm{app="a"}))');
});

Deno.test("queriesOf() reads summaries and averages", () => {
  const summary = queries(
    `{ selector: 'app="a"', labels: { route: path }, latency: { metric: took_ms, unit: milliseconds, type: summary } }`,
  );
  assert.equal(summary.latencyP95(["path"]), 'max by (path) (took_ms{app="a",quantile=~"0.9[59]?"})');
  const average = queries(`{ selector: 'app="a"', latency: { metric: took_ms, type: average } }`);
  assert.equal(average.latencyP95(), undefined);
  assert.equal(average.latencyMean(), 'sum(rate(took_ms_sum{app="a"}[1m])) / sum(rate(took_ms_count{app="a"}[1m]))');
});
