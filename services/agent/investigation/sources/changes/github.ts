import { ToolError } from "../../tool_error.ts";
import { getJson } from "../http.ts";
import { fieldsOf, listOf } from "../json.ts";
import { errorWords } from "../words.ts";
import { type Change, type Changes, short } from "./events.ts";

/** Which repository's deployments, and how to reach them. */
export interface DeploymentOptions {
  readonly url: string;
  readonly repository: string;
  readonly environment?: string | undefined;
  readonly fetch: typeof fetch;
}

const MOST = 20;
/** Of the newest ones it is asked how they ended. */
const WITH_STATUS = 5;

/** Deployments that GitHub knows of a repository. */
export function githubChanges({ url, repository, environment, fetch }: DeploymentOptions): Changes {
  const api = url === "https://github.com" ? "https://api.github.com" : url;
  const base = `${api}/repos/${repository.split("/").map(encodeURIComponent).join("/")}/deployments`;
  return async (signal) => {
    const ask = async (path: string) => {
      const answer = await getJson(`${base}${path}`, {
        fetch,
        signal,
        who: "GitHub",
        headers: { accept: "application/vnd.github+json", "user-agent": "oncall-agent" },
      });
      if (answer.status === 200) return listOf(answer.body).map(fieldsOf);
      throw new ToolError(
        "bad_answer",
        `GitHub answered ${answer.status} to the deployments of ${repository}: ${
          errorWords(answer.body) || "no reason given"
        }`,
      );
    };
    const params = new URLSearchParams({ per_page: `${MOST}`, ...(environment === undefined ? {} : { environment }) });
    const found = await ask(`?${params}`);
    const states = await Promise.all(
      found.slice(0, WITH_STATUS).map((one) =>
        ask(`/${Number(one.id)}/statuses?per_page=1`).then(([newest]) => String(newest?.state ?? ""), () => "")
      ),
    );
    return found.map((one, index): Change => {
      const by = fieldsOf(one.creator).login;
      const words = [
        `${String(one.ref ?? "")} (${short(one.sha)}) deployed to ${String(one.environment ?? "an environment")}`,
      ];
      if (typeof by === "string") words.push(`by ${by}`);
      if (states[index]) words.push(`: ${states[index]}`);
      return { at: String(one.created_at ?? ""), text: words.join(" ").replace(" :", ":") };
    });
  };
}
