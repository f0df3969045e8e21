import { ToolError } from "../../tool_error.ts";
import { getJson } from "../http.ts";
import { fieldsOf, listOf } from "../json.ts";
import { errorWords } from "../words.ts";
import type { Change, Changes } from "./events.ts";

/** Which Kustomization or HelmRelease, behind which cluster's API. */
export interface FluxOptions {
  readonly url: string;
  readonly application: string;
  readonly namespace: string;
  readonly fetch: typeof fetch;
}

const KINDS = [
  ["Kustomization", "apis/kustomize.toolkit.fluxcd.io/v1", "kustomizations"],
  ["HelmRelease", "apis/helm.toolkit.fluxcd.io/v2", "helmreleases"],
] as const;

/** What Flux applied, read from its objects in the cluster. */
export function fluxChanges({ url, application, namespace, fetch }: FluxOptions): Changes {
  return async (signal) => {
    const found = await Promise.all(KINDS.map(async ([kind, api, plural]) => {
      const answer = await getJson(
        `${url}/${api}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(application)}`,
        { fetch, signal, who: "the cluster's API server" },
      );
      if (answer.status === 404) return null;
      if (answer.status !== 200) {
        throw new ToolError(
          "bad_answer",
          `the cluster's API server answered ${answer.status} to Flux' ${kind} ${application}: ${
            errorWords(answer.body) || "no reason given"
          }`,
        );
      }
      return changesOf(`${kind} ${application}`, fieldsOf(fieldsOf(answer.body).status));
    }));
    if (found.every((one) => one === null)) {
      throw new ToolError(
        "not_found",
        `Flux has neither a Kustomization nor a HelmRelease ${application} in namespace ${namespace}`,
      );
    }
    return found.flatMap((one) => one ?? []);
  };
}

function changesOf(what: string, status: Record<string, unknown>): Change[] {
  const changes = listOf(status.history).map(fieldsOf).map((one): Change => ({
    at: String(one.lastDeployed ?? one.firstDeployed ?? one.lastReconciled ?? one.firstReconciled ?? ""),
    text: `Flux' ${what}: ${String(one.chartVersion ?? one.appVersion ?? one.digest ?? "a revision").slice(0, 60)} ${
      String(one.status ?? one.lastReconciledStatus ?? "")
    }`,
  }));
  const ready = listOf(status.conditions).map(fieldsOf).find(({ type }) => type === "Ready");
  if (ready !== undefined) {
    const failed = ready.status === "False";
    const revision = String(status.lastAppliedRevision ?? status.lastAttemptedRevision ?? "");
    changes.push({
      at: String(ready.lastTransitionTime ?? ""),
      ...(failed ? { kind: "deployment_failed" } : {}),
      text: `Flux' ${what} ${failed ? `is not ready (${String(ready.reason ?? "")})` : `applied ${revision}`}: ${
        String(ready.message ?? "")
      }`,
    });
  }
  return changes;
}
