import type { ToolCall } from "../../incidents/mod.ts";
import { silentLogger } from "../../../lib/telemetry/mod.ts";
import { shippedCatalogue } from "../catalogue/mod.ts";
import { execute, prepare } from "../execute.ts";
import { createSources, LiveCluster } from "../sources/mod.ts";
import type { FakeCluster } from "../sources/kubernetes/testing/fake_cluster.ts";
import { targetsOf } from "../tools/mod.ts";
import { situationOf } from "./investigation.ts";

/** Calls one tool for an alert with these labels; `fake` undefined: no cluster is connected. */
export async function toolRun(
  fake: FakeCluster | undefined,
  call: { readonly tool: string; readonly arguments: Record<string, unknown>; readonly labels: Record<string, string> },
): Promise<ToolCall> {
  const catalogue = { ...shippedCatalogue(), services: [] };
  const base = situationOf(
    { name: "x", alert: { labels: call.labels, ago: 60 }, expect: { verdict: "any" } },
    catalogue,
  );
  const now = () => new Date("2026-03-01T12:00:00Z");
  const credentials = { kind: "none" as const, header: () => Promise.resolve(undefined) };
  const connection = { name: "test", server: "https://cluster.test", tls: {}, credentials };
  const cluster = fake && new LiveCluster(() => Promise.resolve(connection), { fetch: fake.fetch, now });
  const sources = createSources({
    promUrl: "http://p.test",
    lbUrl: "http://l.test",
    alertmanagerUrl: "http://a.test",
    pmUrl: "http://m.test",
  }, { fetch: (() => Promise.reject(new TypeError("refused"))) as typeof fetch, now, catalogue });
  const prepared = prepare({ tool: call.tool, arguments: call.arguments });
  if ("problem" in prepared) throw new Error(prepared.problem);
  return await execute(prepared, { id: "E1", step: 1, episode: 1 }, {
    situation: { ...base, targets: targetsOf(base.alerts, undefined) },
    ledger: [],
    sources: { ...sources, cluster },
    store: { similar: () => Promise.resolve([]), view: () => Promise.resolve(undefined) },
    now,
    signal: new AbortController().signal,
    log: silentLogger,
    remainingMs: 60_000,
  });
}
