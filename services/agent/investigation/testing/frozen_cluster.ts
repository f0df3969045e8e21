import { conclude } from "../conclude.ts";
import { createRulesBrain } from "../brains/rules/rules.ts";
import type { Cluster } from "../cluster/mod.ts";
import { execute, prepare } from "../execute.ts";
import type { ClusterSource, Sources } from "../sources/mod.ts";
import type { ClusterResult, Situation } from "../tools/mod.ts";
import { silentLogger } from "../../../lib/telemetry/mod.ts";

/** What the rules brain diagnosed in a case, and the conclusions that it rests on. */
export interface Played {
  readonly verdict: string;
  readonly causes: ClusterResult["causes"];
  /** Tool calls that were made. */
  readonly calls: number;
}

/** Plays a case as a live cluster is investigated: the tool, its entry in the ledger, the rules brain and the check. */
export async function play(cluster: Cluster, about: { namespace: string; query: string }): Promise<Played> {
  const now = () => new Date(cluster.readAtMs > 0 ? cluster.readAtMs : 0);
  const situation = situationOf(about, now().toISOString());
  const call = prepare({ tool: "check_cluster", arguments: {} });
  if ("problem" in call) throw new Error(call.problem);
  const entry = await execute(call, { id: "E1", step: 1, episode: 1 }, {
    situation,
    ledger: [],
    sources: { services: [], cluster: frozen(cluster) } as unknown as Sources,
    store: { similar: () => Promise.resolve([]), view: () => Promise.resolve(undefined) },
    now,
    signal: new AbortController().signal,
    log: silentLogger,
    remainingMs: 600_000,
  });
  const ledger = [entry];
  const view = { situation, ledger, steps: [], conclude: true, now };
  const answer = await createRulesBrain().next(view, new AbortController().signal);
  if (answer.kind !== "diagnosis") throw new Error("the rules did not conclude");
  const { draft } = answer;
  const diagnosis = conclude({
    draft,
    brain: "rules",
    degraded: undefined,
    situation,
    ledger,
    at: now().toISOString(),
  });
  const found = diagnosis.verdict === "cause_found" && diagnosis.claims.some((one) => one.verified);
  return {
    verdict: diagnosis.verdict,
    causes: found ? (entry.result as ClusterResult).causes : [],
    calls: ledger.length,
  };
}

function frozen(cluster: Cluster): ClusterSource {
  return {
    name: () => Promise.resolve("case"),
    client: () => Promise.reject(new Error("a stored case has no API server")),
    look: () => Promise.resolve({ cluster, budgets: [], addresses: new Map(), forbidden: [], partial: [] }),
  };
}

function situationOf({ namespace, query }: { namespace: string; query: string }, at: string): Situation {
  const labels: Record<string, string> = { namespace };
  return {
    incident: {
      id: "01900000-0000-7000-8000-000000000001",
      code: "CASE",
      state: "investigating",
      service: namespace,
      severity: "critical",
      title: query.slice(0, 200),
      group_key: "{}",
      opened_at: at,
      resolved_at: null,
      truncated_alerts: 0,
      episode: 1,
      acknowledged_at: null,
      acknowledged_by: null,
    },
    alerts: [{
      fingerprint: "00000000000000aa",
      status: "firing",
      starts_at: at,
      ends_at: null,
      labels,
      annotations: { summary: query.slice(0, 1_000) },
      generator_url: "",
      episode: 1,
    }],
    messages: [],
    service: undefined,
    episode: 1,
    targets: [{ kind: "Namespace", namespace: "", name: namespace, by: "namespace" }],
  };
}
