/** @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";
import * as v from "valibot";
import type { ToolCall } from "../../incidents/mod.ts";
import { clock, plain } from "../words.ts";
import { ClusterResult, PathResult } from "./cluster.tsx";
import { visible } from "./common.tsx";
import { ChangesResult, CodeResult, LogsResult, RunbookResult, SimilarResult } from "./results.tsx";
import { ErrorRateResult, QueryResult, TableResult } from "./measurements.tsx";

/** Each tool's result in its own form; a result that does not match its schema is shown as JSON. */
const FORMS: Readonly<Record<string, (result: unknown, id: string) => Child>> = {
  fetch_logs: LogsResult,
  compute_error_rate: ErrorRateResult,
  fetch_code_from_github: CodeResult,
  query_prometheus: QueryResult,
  compare_instances: TableResult("instances"),
  compare_routes: TableResult("routes"),
  get_runbook: RunbookResult,
  recent_changes: ChangesResult,
  similar_incidents: SimilarResult,
  check_cluster: ClusterResult,
  network_path: PathResult,
};

const TITLES: Readonly<Record<string, string>> = {
  fetch_logs: "Log lines",
  compute_error_rate: "Error rate",
  fetch_code_from_github: "Code",
  query_prometheus: "Query",
  compare_instances: "Instances compared",
  compare_routes: "Routes compared",
  get_runbook: "Runbook",
  recent_changes: "Recent changes",
  similar_incidents: "Similar incidents",
  list_alerts: "Alerts",
  rank_suspects: "Suspects, ranked",
  check_cluster: "Kubernetes: objects and causes",
  list_workloads: "Kubernetes: workloads",
  describe: "Kubernetes: object",
  events: "Kubernetes: events",
  pod_logs: "Kubernetes: log of a pod",
  rollout_history: "Kubernetes: rollouts",
  network_path: "Kubernetes: way of a request",
  node_health: "Kubernetes: nodes",
  send_diagnosis: "Submitted diagnosis",
};

const failure = v.object({ message: v.string() });

/** All tool calls, each collapsed at first. */
export function Evidence({ calls, cited }: { calls: readonly ToolCall[]; cited: ReadonlySet<string> }) {
  return (
    <ul class="evidence-list">
      {calls.toSorted((a, b) => number(a) - number(b)).map((call) => (
        <li>
          <details id={call.id} data-evidence>
            <summary>
              <span class="evidence-id">{call.id}</span>
              <span class="grow">{TITLES[call.tool] ?? plain(call.tool)}</span>
              {cited.has(call.id) ? <span class="tag quiet-tag">cited</span> : null}
              {call.ok ? null : <span class="tag severity-1">failed</span>}
              <span class="faint">{clock(call.started_at)}, {took(call)}</span>
            </summary>
            <div class="evidence-body">
              <p class="call">
                <code>{`${call.tool}(${visible(JSON.stringify(call.arguments).slice(1, -1).slice(0, 500))})`}</code>
              </p>
              <Result call={call} />
            </div>
          </details>
        </li>
      ))}
    </ul>
  );
}

function Result({ call }: { call: ToolCall }) {
  if (!call.ok) {
    const said = v.safeParse(failure, call.result);
    return <p class="failed">No result: {said.success ? visible(said.output.message) : "unknown reason"}</p>;
  }
  const form = FORMS[call.tool];
  try {
    if (form !== undefined) return form(call.result, call.id);
  } catch (error) {
    if (!(error instanceof v.ValiError)) throw error;
  }
  return <pre class="raw" tabindex={0}>{visible(JSON.stringify(call.result, null, 2) ?? "null")}</pre>;
}

/** Calls of one step end in any order; readers expect them by number. */
function number({ id }: ToolCall): number {
  return Number(id.replace(/^\D+/, ""));
}

function took({ started_at, ended_at }: ToolCall): string {
  return `${Math.max(0, Date.parse(ended_at) - Date.parse(started_at))} ms`;
}
