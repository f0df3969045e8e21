import type { ToolCall } from "../../incidents/mod.ts";
import { silentLogger } from "../../../lib/telemetry/mod.ts";
import type { Brain } from "../brains/brain.ts";
import { type Catalogue, serviceOf, shippedCatalogue } from "../catalogue/mod.ts";
import type { Cluster } from "../cluster/mod.ts";
import { runLoop } from "../loop.ts";
import type { Outcome } from "../loop_options.ts";
import { createSources, LiveCluster } from "../sources/mod.ts";
import { FakeCluster } from "../sources/kubernetes/testing/fake_cluster.ts";
import { toApi } from "../sources/kubernetes/testing/to_api.ts";
import { type Situation, targetsOf } from "../tools/mod.ts";
import { situationOf } from "./investigation.ts";

/** What an investigation of a cluster left behind. */
export interface ClusterRan extends Outcome {
  readonly ledger: readonly ToolCall[];
  readonly situation: Situation;
  readonly fake: FakeCluster;
}

/** Investigates an alert with these labels in a cluster that a fake API server serves; nothing else answers. */
export async function investigateCluster(
  served: Cluster | FakeCluster,
  labels: Readonly<Record<string, string>>,
  options: { readonly catalogue?: Catalogue; readonly model?: Brain; readonly annotations?: Record<string, string> } =
    {},
): Promise<ClusterRan> {
  const { catalogue = { ...shippedCatalogue(), services: [] }, annotations = {} } = options;
  const fake = served instanceof FakeCluster ? served : serve(served);
  const base = situationOf({
    name: "cluster",
    alert: { labels: { severity: "critical", ...labels }, annotations, ago: 60 },
    expect: { verdict: "any" },
  }, catalogue);
  const service = serviceOf(catalogue, labels);
  const situation = { ...base, service, targets: targetsOf(base.alerts, service) };
  const now = () => new Date("2026-03-01T12:00:00Z");
  const away = (() => Promise.reject(new TypeError("Connection refused (os error 111)"))) as typeof fetch;
  const sources = createSources({
    promUrl: "http://prometheus.test",
    lbUrl: "http://lb.test",
    alertmanagerUrl: "http://alertmanager.test",
    pmUrl: "http://manager.test",
  }, { fetch: away, now, catalogue });
  const cluster = new LiveCluster(
    () =>
      Promise.resolve({
        name: "test",
        server: "https://cluster.test",
        tls: {},
        credentials: { kind: "none", header: () => Promise.resolve(undefined) },
      }),
    { fetch: fake.fetch, now },
  );
  const ledger: ToolCall[] = [];
  const outcome = await runLoop({
    situation,
    ledger: [],
    records: new Map(),
    recorder: {
      call: (entry) => Promise.resolve(void ledger.push(entry)),
      step: () => Promise.resolve(),
    },
    model: options.model,
    limits: { steps: 12, budgetMs: 60_000 },
    sources: { ...sources, cluster, runbooks: () => Promise.resolve(new Map()), alerts: () => Promise.resolve([]) },
    store: { similar: () => Promise.resolve([]), view: () => Promise.resolve(undefined) },
    log: silentLogger,
    now,
    signal: new AbortController().signal,
  });
  return { ...outcome, ledger, situation, fake };
}

export function serve(cluster: Cluster): FakeCluster {
  const { objects, logs } = toApi(cluster);
  return new FakeCluster(objects, { logs, now: new Date(cluster.readAtMs) });
}
