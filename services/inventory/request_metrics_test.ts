import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { RequestMetrics } from "./request_metrics.ts";

Deno.test("RequestMetrics cumulates its buckets as Prometheus reads them", async () => {
  const registry = new Registry();
  const series = new RequestMetrics("inv1", registry).series("GET", "/x");
  for (const seconds of [0.01, 0.011, 0.5, 5, 6]) series.observe(200, seconds);
  const text = await registry.metrics();
  const counts = [...text.matchAll(/_bucket\{le="([^"]+)".*\} (\d+)/g)].map((match) => [match[1], Number(match[2])]);
  assert.deepEqual(counts, [
    ["0.01", 1],
    ["0.025", 2],
    ["0.05", 2],
    ["0.1", 2],
    ["0.25", 2],
    ["0.5", 3],
    ["0.75", 3],
    ["1", 3],
    ["2", 3],
    ["5", 4],
    ["+Inf", 5],
  ]);
  assert.match(text, /_sum\{.*\} 11\.521\n/);
  assert.match(text, /_count\{.*\} 5\n/);
});

Deno.test("RequestMetrics adds the errors of all methods of a route", async () => {
  const registry = new Registry();
  const metrics = new RequestMetrics("inv1", registry);
  metrics.series("GET", "/x").observe(500, 1);
  metrics.series("PUT", "/x").observe(500, 1);
  metrics.series("PUT", "/x").observe(404, 1);
  const errors = (await registry.metrics()).split("\n").filter((line) => line.startsWith("http_errors_total"));
  assert.deepEqual(errors, ['http_errors_total{service="inv1",route="/x",status="500"} 2']);
});
