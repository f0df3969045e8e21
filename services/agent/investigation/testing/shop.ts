import type { ToolCall } from "../../incidents/mod.ts";
import { silentLogger } from "../../../lib/telemetry/mod.ts";
import { type Catalogue, parseCatalogue, type Service } from "../catalogue/mod.ts";
import { runLoop } from "../loop.ts";
import type { Outcome } from "../loop_options.ts";
import { createSources } from "../sources/mod.ts";
import { NOW, situationOf } from "./investigation.ts";
import type { Recorded } from "./recorded.ts";
import { RecordedSeries } from "./recorded_series.ts";

/** What one service of several did; whoever is not named was well. */
export type Did = Partial<Pick<Recorded, "instances" | "routes" | "logs" | "events" | "code">>;

/** Several services, each measured and logging, of which one has an alert. */
export interface Shop {
  /** Service to those that it calls. */
  readonly calls: Readonly<Record<string, readonly string[]>>;
  readonly did: Readonly<Record<string, Did>>;
  /** Services that are neither measured nor read. */
  readonly dark?: readonly string[];
  /** Dark ones whose log can be read. */
  readonly read?: readonly string[];
  /** Addresses are known from what Prometheus reads alone, and whom these services call from nothing. */
  readonly undeclared?: readonly string[];
  readonly alert: {
    readonly service: string;
    readonly alertname?: string;
    readonly ago?: number;
    readonly expression?: string;
  };
  readonly limits?: { readonly steps: number; readonly budgetMs: number };
}

/** Runs the rules over a shop. */
export async function investigateShop(shop: Shop): Promise<Outcome & { readonly ledger: readonly ToolCall[] }> {
  const { calls, did, dark = [], read = [], undeclared, alert } = shop;
  const names = [...new Set([...Object.keys(calls), ...Object.values(calls).flat()])].sort();
  const services = names.map((name, at) => {
    const service = described(name, { calls: calls[name] ?? [], at, dark: dark.includes(name) });
    const logs = { source: "file", path: `logs/${name}.log` } as unknown as Service["logs"];
    if (read.includes(name)) return { ...service, logs };
    return undeclared === undefined
      ? service
      : { ...service, addresses: [], depends_on: undeclared.includes(name) ? [] : service.depends_on };
  });
  const catalogue: Catalogue = { ...parseCatalogue("services: []"), services };
  const now = NOW.getTime() / 1000;
  const recorded = new Map(names.map((name, at) => [name, recordOf(name, at, did[name] ?? {})]));
  const series = services.filter(({ metrics }) => metrics !== undefined).map((service) =>
    new RecordedSeries(recorded.get(service.name)!, { service, now })
  );
  const fetch = ((input: RequestInfo | URL) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    return Promise.resolve(answer(url, series, now));
  }) as typeof globalThis.fetch;
  const base = createSources(
    {
      promUrl: "http://prometheus.test",
      lbUrl: "http://lb.test",
      alertmanagerUrl: "http://am.test",
      pmUrl: "http://pm.test",
    },
    { fetch, now: () => NOW, catalogue },
  );
  const situated = situationOf(
    {
      name: "shop",
      alert: {
        labels: { alertname: alert.alertname ?? "HighErrorRate", service: alert.service, severity: "critical" },
        ago: alert.ago ?? 60,
      },
      expect: { verdict: "cause_found" },
    },
    catalogue,
  );
  const graph = alert.expression === undefined
    ? ""
    : `http://prometheus.test/graph?g0.expr=${encodeURIComponent(alert.expression)}&g0.tab=1`;
  const situation = { ...situated, alerts: situated.alerts.map((one) => ({ ...one, generator_url: graph })) };
  const ledger: ToolCall[] = [];
  const outcome = await runLoop({
    situation: { ...situation, services },
    ledger: [],
    records: new Map(),
    recorder: {
      call(entry) {
        ledger.push(entry);
        return Promise.resolve();
      },
      step: () => Promise.resolve(),
    },
    limits: shop.limits ?? { steps: 12, budgetMs: 60_000 },
    sources: {
      ...base,
      logs: (service) => ({
        read: ({ seconds }) =>
          Promise.resolve({ entries: entriesOf(recorded.get(service!.name)!, seconds), from: "a log", limited: false }),
      }),
      events: (service) =>
        Promise.resolve(
          (recorded.get(service!.name)!.events ?? []).map(({ ago, ...rest }) => ({
            at: new Date(NOW.getTime() - ago * 1000).toISOString(),
            ...rest,
          })),
        ),
      runbooks: () => Promise.resolve(new Map()),
    },
    store: { similar: () => Promise.resolve([]), view: () => Promise.resolve(undefined) },
    log: silentLogger,
    now: () => NOW,
    signal: new AbortController().signal,
  });
  return { ...outcome, ledger };
}

function described(
  name: string,
  { calls, at, dark }: { readonly calls: readonly string[]; readonly at: number; readonly dark: boolean },
): Service {
  const metrics = dark ? "" : `
    metrics:
      selector: job="${name}"
      labels: { instance: instance, route: route, status: status }
      requests: { metric: ${name.replaceAll("-", "_")}_requests_total }
      errors: { metric: ${name.replaceAll("-", "_")}_errors_total }
      latency: { metric: ${name.replaceAll("-", "_")}_seconds, unit: seconds }
      cpu: { metric: ${name.replaceAll("-", "_")}_cpu_seconds_total }
      memory: { metric: ${name.replaceAll("-", "_")}_memory_bytes }
      start_time: { metric: ${name.replaceAll("-", "_")}_start_seconds }
    logs: { source: file, path: logs/${name}.log }
    changes: { source: manager }`;
  const [service] = parseCatalogue(`services:
  - name: ${name}
    match: [{ service: ${name} }]
    owner: ${name} team
    objectives: { error_percent: 5, latency_ms: 500 }${metrics}
    code: { source: checkout, frames: [{ pattern: "^/srv/(.+)$", path: $1 }] }
`).services;
  const addresses = [`10.0.0.${at + 1}:8080`];
  return { ...service!, addresses, depends_on: calls.map((called) => ({ name: called, addresses: [] })) } as Service;
}

function recordOf(name: string, at: number, did: Did): Recorded {
  return {
    name,
    alert: { labels: {}, ago: 60 },
    instances: [{ name, instance: `10.0.0.${at + 1}:8080`, cpu: 0.1, memory_mb: 120, p95_ms: 40 }],
    routes: [{ route: `/${name}`, rps: 20, error_percent: 0, p95_ms: 40 }],
    ...did,
    expect: { verdict: "cause_found" },
  };
}

function entriesOf({ logs = [] }: Recorded, seconds: number) {
  return logs.flatMap(({ message, level = "ERROR", from, to, count }) =>
    Array.from({ length: count }, (_, index) => {
      const ago = count === 1 ? to : from - (from - to) * index / (count - 1);
      return { at: new Date(NOW.getTime() - ago * 1000).toISOString(), ago, level, message };
    })
  ).filter(({ ago }) => ago <= seconds).sort((a, b) => b.ago - a.ago).map(({ ago: _, ...entry }) => entry);
}

function answer(url: URL, series: readonly RecordedSeries[], now: number): Response {
  const query = url.searchParams.get("query");
  if (query === null) return Response.json({ status: "success", data: { activeTargets: [] } });
  const found = /^count by \(.+\) \(up\)$/.test(query)
    ? series.flatMap((one) => one.targets())
    : series.map((one) => one.of(query)).find((list) => list.length > 0) ?? [];
  const range = url.pathname.endsWith("query_range");
  const [start, end, step] = ["start", "end", "step"].map((name) => Number(url.searchParams.get(name)));
  const result = found.flatMap(({ labels, at: value }): unknown[] => {
    if (!range) {
      const at = Number(url.searchParams.get("time"));
      const sample = value(now - at);
      return sample === null ? [] : [{ metric: labels, value: [at, String(sample)] }];
    }
    const values: [number, string][] = [];
    for (let at = start!; at <= end! + 1e-6; at += step!) {
      const sample = value(now - at);
      if (sample !== null) values.push([at, String(sample)]);
    }
    return values.length === 0 ? [] : [{ metric: labels, values }];
  });
  return Response.json({ status: "success", data: { resultType: range ? "matrix" : "vector", result } });
}
