import { ToolError } from "../../tool_error.ts";
import { getJson } from "../http.ts";
import { fieldsOf, listOf } from "../json.ts";
import { errorWords } from "../words.ts";
import { type Change, type Changes, short } from "./events.ts";

/** Which application of which Argo CD. */
export interface ArgoOptions {
  readonly url: string;
  readonly application: string;
  readonly namespace?: string | undefined;
  readonly fetch: typeof fetch;
}

/** What Argo CD deployed of an application, how its last sync ended, and how it is now. */
export function argoChanges({ url, application, namespace, fetch }: ArgoOptions): Changes {
  return async (signal) => {
    const params = namespace === undefined ? "" : `?${new URLSearchParams({ appNamespace: namespace })}`;
    const answer = await getJson(
      `${url.replace(/\/api\/v1$/, "")}/api/v1/applications/${encodeURIComponent(application)}${params}`,
      {
        fetch,
        signal,
        who: "Argo CD",
      },
    );
    if (answer.status !== 200) {
      const hint = answer.status === 403 ? " (it says that of an application that is not there, too)" : "";
      throw new ToolError(
        "bad_answer",
        `Argo CD answered ${answer.status} to the application ${application}: ${
          errorWords(answer.body) || "no reason given"
        }${hint}`,
      );
    }
    const status = fieldsOf(fieldsOf(answer.body).status);
    const changes = listOf(status.history).map(fieldsOf).map((one): Change => {
      const { username, automated } = fieldsOf(one.initiatedBy);
      return {
        at: String(one.deployedAt ?? ""),
        text: `Argo CD deployed ${revisionOf(one)} of ${application}${
          typeof username === "string" ? ` by ${username}` : automated === true ? " by itself" : ""
        }`,
      };
    });
    const last = fieldsOf(status.operationState);
    if (typeof last.phase === "string" && last.phase !== "Succeeded") {
      changes.push({
        at: String(last.finishedAt ?? last.startedAt ?? ""),
        kind: "deployment_failed",
        text: `Argo CD's sync of ${application}: ${last.phase}${
          typeof last.message === "string" ? `, ${last.message}` : ""
        }`,
      });
    }
    const health = fieldsOf(status.health);
    if (typeof health.status === "string" && !["Healthy", "Unknown"].includes(health.status)) {
      changes.push({
        at: String(health.lastTransitionTime ?? last.finishedAt ?? status.reconciledAt ?? ""),
        kind: "deployment_unhealthy",
        text: `Argo CD finds ${application} ${health.status}${
          typeof health.message === "string" ? `: ${health.message}` : ""
        }`,
      });
    }
    return changes;
  };
}

function revisionOf(one: Record<string, unknown>): string {
  const [first] = [one.revision, ...listOf(one.revisions)].filter((revision) => typeof revision === "string");
  return short(first) || "a revision";
}
