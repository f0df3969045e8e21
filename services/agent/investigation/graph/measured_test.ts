import assert from "node:assert/strict";
import { parseCatalogue } from "../catalogue/mod.ts";
import type { Prometheus, Series } from "../sources/mod.ts";
import { describedNodes } from "./described.ts";
import { clientEdges, meshEdges, targetsOf } from "./measured.ts";

const { services } = parseCatalogue(`services:
  - name: gateway
    match: [{ service: gateway }]
    metrics: { selector: 'job="gateway"', requests: { metric: r_total }, errors: { metric: e_total } }
  - name: orders
    match: [{ service: orders }]
    metrics: { selector: 'job="orders"', requests: { metric: r_total }, errors: { metric: e_total } }
  - name: payments
    match: [{ service: payments }]
    metrics: { selector: 'job="payments"', requests: { metric: r_total }, errors: { metric: e_total } }
`);
const NODES = describedNodes(services);
const END = Date.parse("2026-11-22T15:00:00Z") / 1000;

interface Sample {
  readonly labels: Record<string, string>;
  readonly value: number;
}

/** A server with the series of some metrics; sums them by the labels that a query names. */
function serving(metrics: Readonly<Record<string, readonly Sample[]>>) {
  const asked: string[] = [];
  const series = (sums: Map<string, Sample>): Series[] =>
    [...sums.values()].map(({ labels, value }) => ({ labels, points: [[END, value]] }) as unknown as Series);
  const prometheus = {
    instant(query: string) {
      asked.push(query);
      const by = /by \(([^)]*)\)/.exec(query)![1]!.split(", ");
      const pattern = /__name__=~"([^"]+)"/.exec(query)?.[1];
      const named = pattern === undefined ? null : new RegExp(`^(?:${pattern})$`);
      const one = /(?:rate\(|\()(\w+)(?:\[5m\])?\)/.exec(query.replace(/by \([^)]*\) /, ""))?.[1];
      const sums = new Map<string, Sample>();
      for (const [name, samples] of Object.entries(metrics)) {
        if (named === null ? name !== one : !named.test(name)) continue;
        for (const { labels, value } of samples) {
          const all: Record<string, string> = { __name__: name, ...labels };
          const kept = Object.fromEntries(by.filter((label) => all[label]).map((label) => [label, all[label]!]));
          const key = JSON.stringify(kept);
          sums.set(key, { labels: kept, value: (sums.get(key)?.value ?? 0) + value });
        }
      }
      return Promise.resolve(series(sums));
    },
  } as unknown as Prometheus;
  return { asked, options: { prometheus, services, end: END, signal: new AbortController().signal } };
}

const rows = (edges: Awaited<ReturnType<typeof meshEdges>>) =>
  edges.map(({ from, to, per_second, failing_percent }) => [from, to, per_second, failing_percent]);

const MESHES: readonly (readonly [
  name: string,
  metrics: Record<string, readonly Sample[]>,
  edges: readonly unknown[],
])[] = [
  [
    "Istio",
    {
      istio_requests_total: ["source", "destination"].flatMap((reporter) => [
        {
          labels: {
            reporter,
            source_canonical_service: "gateway",
            destination_canonical_service: "orders",
            response_code: "200",
          },
          value: 6,
        },
        {
          labels: {
            reporter,
            source_canonical_service: "gateway",
            destination_canonical_service: "orders",
            response_code: "503",
          },
          value: 2,
        },
      ]),
    },
    [["gateway", "orders", 8, 25]],
  ],
  [
    "Istio without canonical names, seen by its destination alone",
    {
      istio_requests_total: [{
        labels: {
          reporter: "destination",
          source_canonical_service: "unknown",
          source_workload: "orders-v2",
          destination_service_name: "payments",
          response_code: "200",
        },
        value: 4,
      }],
    },
    [["orders", "payments", 4, 0]],
  ],
  [
    "Linkerd",
    {
      response_total: [
        { labels: { deployment: "orders", dst_deployment: "payments", classification: "success" }, value: 9 },
        { labels: { deployment: "orders", dst_deployment: "payments", classification: "failure" }, value: 1 },
        { labels: { deployment: "payments", classification: "success" }, value: 10 },
      ],
    },
    [["orders", "payments", 10, 10]],
  ],
  [
    "Hubble",
    {
      hubble_http_requests_total: [
        { labels: { source_workload: "gateway", destination_workload: "orders", status: "200" }, value: 3 },
        { labels: { source_workload: "gateway", destination_workload: "orders", status: "500" }, value: 1 },
      ],
    },
    [["gateway", "orders", 4, 25]],
  ],
  [
    "a processor of spans",
    { traces_service_graph_request_total: [{ labels: { client: "orders", server: "payments" }, value: 5 }] },
    [["orders", "payments", 5, undefined]],
  ],
  [
    "a processor of spans that counts failures",
    {
      traces_service_graph_request_total: [
        { labels: { client: "orders", server: "payments" }, value: 5 },
        { labels: { client: "gateway", server: "orders" }, value: 4 },
      ],
      traces_service_graph_request_failed_total: [{ labels: { client: "orders", server: "payments" }, value: 2 }],
    },
    [["orders", "payments", 5, 40], ["gateway", "orders", 4, 0]],
  ],
  [
    "a processor of spans, of which somebody outside calls",
    {
      traces_service_graph_request_total: [
        { labels: { client: "user", server: "gateway" }, value: 5 },
        { labels: { client: "orders", server: "acquirer.example" }, value: 2 },
      ],
    },
    [["orders", "acquirer.example", 2, undefined]],
  ],
  [
    "Istio, whose counter stands still",
    {
      istio_requests_total: [{
        labels: { source_app: "gateway", destination_app: "orders", response_code: "200" },
        value: 0,
      }],
    },
    [],
  ],
];

for (const [name, metrics, edges] of MESHES) {
  Deno.test(`meshEdges() reads who calls whom, how often and how well, when the mesh is ${name}`, async () => {
    assert.deepEqual(rows(await meshEdges(NODES, serving(metrics).options)), edges);
  });
}

Deno.test("meshEdges() asks once, when no mesh is there", async () => {
  const { asked, options } = serving({ http_requests_total: [{ labels: { job: "orders" }, value: 1 }] });
  assert.deepEqual(await meshEdges(NODES, options), []);
  assert.equal(asked.length, 1);
});

const CLIENTS: readonly (readonly [name: string, metric: string, labels: Record<string, string>, to: string])[] = [
  ["Envoy's clusters", "envoy_cluster_upstream_rq_total", { envoy_cluster_name: "payments" }, "payments"],
  [
    "Istio's names of Envoy's clusters",
    "envoy_cluster_upstream_rq_total",
    { envoy_cluster_name: "outbound|8080||payments.shop.svc.cluster.local" },
    "payments",
  ],
  ["OpenTelemetry", "http_client_request_duration_seconds_count", { server_address: "payments" }, "payments"],
  [
    "OpenTelemetry with a port",
    "http_client_request_duration_seconds_count",
    { server_address: "api.bank.example", server_port: "443" },
    "api.bank.example:443",
  ],
  ["Micrometer", "http_client_requests_seconds_count", { clientName: "payments" }, "payments"],
  ["a gateway's upstreams", "upstream_requests_total", { upstream: "http://payments:8080/charge" }, "payments"],
  ["HAProxy", "haproxy_backend_http_requests_total", { proxy: "payments" }, "payments"],
];

for (const [name, metric, labels, to] of CLIENTS) {
  Deno.test(`clientEdges() reads whom a service calls, when its metrics are those of ${name}`, async () => {
    const { options } = serving({ [metric]: [{ labels: { job: "orders", ...labels }, value: 3 }] });
    assert.deepEqual((await clientEdges(NODES, options)).map(({ from, to }) => [from, to]), [["orders", to]]);
  });
}

for (const value of ["unknown", "none", "a name with spaces", ""]) {
  Deno.test(`clientEdges() reads nothing, when a label is ${JSON.stringify(value)}`, async () => {
    const { options } = serving({
      upstream_requests_total: [{ labels: { job: "orders", upstream: value }, value: 3 }],
    });
    assert.deepEqual(await clientEdges(NODES, options), []);
  });
}

Deno.test("targetsOf() reads where each service is", async () => {
  const { options } = serving({
    up: [
      { labels: { job: "orders", instance: "10.0.0.4:8081" }, value: 1 },
      { labels: { job: "orders", instance: "10.0.0.5:8081" }, value: 1 },
      { labels: { job: "node", instance: "10.0.0.4:9100" }, value: 1 },
    ],
  });
  assert.deepEqual([...await targetsOf(options)], [["orders", ["10.0.0.4:8081", "10.0.0.5:8081"]]]);
});
