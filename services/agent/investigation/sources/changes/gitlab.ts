import { ToolError } from "../../tool_error.ts";
import { getJson } from "../http.ts";
import { fieldsOf, listOf } from "../json.ts";
import { errorWords } from "../words.ts";
import { type Changes, short } from "./events.ts";
import type { DeploymentOptions } from "./github.ts";

/** Deployments that GitLab knows of a project. */
export function gitlabChanges({ url, repository, environment, fetch }: DeploymentOptions): Changes {
  const base = `${url.replace(/\/api\/v4$/, "")}/api/v4/projects/${encodeURIComponent(repository)}/deployments`;
  return async (signal) => {
    const params = new URLSearchParams({
      order_by: "created_at",
      sort: "desc",
      per_page: "20",
      ...(environment === undefined ? {} : { environment }),
    });
    const answer = await getJson(`${base}?${params}`, { fetch, signal, who: "GitLab" });
    if (answer.status !== 200) {
      throw new ToolError(
        "bad_answer",
        `GitLab answered ${answer.status} to the deployments of ${repository}: ${
          errorWords(answer.body) || "no reason given"
        }`,
      );
    }
    return listOf(answer.body).map(fieldsOf).map((one) => {
      const title = fieldsOf(fieldsOf(one.deployable).commit).title;
      const by = fieldsOf(one.user).username;
      return {
        at: String(one.created_at ?? ""),
        text: `${String(one.ref ?? "")} (${short(one.sha)}) deployed to ${
          String(fieldsOf(one.environment).name ?? "an environment")
        }${typeof by === "string" ? ` by ${by}` : ""}: ${String(one.status ?? "unknown")}${
          typeof title === "string" ? `, ${title}` : ""
        }`,
      };
    });
  };
}
