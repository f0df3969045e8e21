import type { Alert } from "../../../incidents/mod.ts";
import type { Service } from "../../catalogue/mod.ts";
import { ToolError } from "../../tool_error.ts";
import type { Connected } from "../connected.ts";
import type { Prometheus } from "../prometheus.ts";
import { checkoutCode } from "./checkout.ts";
import { type Deployed, deployedCode } from "./deployed.ts";
import { githubCode, type GitHubOptions } from "./github.ts";
import { gitlabCode } from "./gitlab.ts";
import type { CodeSource } from "./source.ts";

/** What code is read with. */
export interface CodeDeps {
  readonly fetch: typeof fetch;
  readonly connected: Connected;
  readonly codeRoot: string | undefined;
  readonly github: GitHubOptions | undefined;
  readonly prometheus: Prometheus;
  readonly now: () => Date;
  /** Alerts whose labels and annotations may tell the commit. */
  readonly alerts: readonly Pick<Alert, "labels" | "annotations">[];
}

/** @throws {ToolError} `not_configured` when the service's description names no code. */
export function codeOf(service: Service | undefined, deps: CodeDeps): CodeSource {
  const wanted = service?.code.source ?? "none";
  if (service === undefined || wanted === "none") {
    throw new ToolError(
      "not_configured",
      `config/oncall.yaml, as it was when the agent started, names no code for ${
        service?.name ?? "this alert's service: no entry matches its labels"
      }`,
    );
  }
  const { deployed } = service.code;
  const open = (ref: string | undefined) => opened(service.code, { ...deps, ref: ref ?? service.code.ref });
  return deployed === undefined ? open(undefined) : deployedCode(open, tellerOf(deployed, deps));
}

function opened(
  code: Service["code"],
  { fetch, connected, codeRoot, github, ref }: CodeDeps & { readonly ref: string | undefined },
): CodeSource {
  if (code.connection !== undefined) return connectedCode(code, { connected, ref });
  if (code.source !== "github" && codeRoot !== undefined) return checkoutCode(codeRoot);
  if (code.source !== "checkout" && github !== undefined) {
    const [owner, repo] = code.repository?.split("/") ?? [github.owner, github.repo];
    return githubCode({ ...github, owner: owner!, repo: repo!, ref: ref ?? github.ref }, { fetch });
  }
  throw new ToolError(
    "not_configured",
    `no code to read: set ${
      code.source === "checkout"
        ? "CODE_ROOT"
        : code.source === "github"
        ? "GITHUB_OWNER and GITHUB_REPO"
        : "CODE_ROOT, or GITHUB_OWNER and GITHUB_REPO"
    }`,
  );
}

function connectedCode(
  code: Service["code"],
  { connected, ref }: { readonly connected: Connected; readonly ref: string | undefined },
): CodeSource {
  const { name, connection, fetch } = connected.open(
    code.connection!,
    "github",
    "gitlab",
    "gitea",
    "forgejo",
    "checkout",
  );
  if (connection.kind === "checkout") return checkoutCode(connection.folder);
  const repository = code.repository ?? connection.repository;
  if (repository === undefined) {
    throw new ToolError(
      "not_configured",
      `config/oncall.yaml names no repository: set code.repository, or repository of connection ${name}`,
    );
  }
  const at = ref ?? connection.ref;
  if (connection.kind === "gitlab") {
    return gitlabCode({ url: connection.url, repository, ref: at, connection: name }, { fetch });
  }
  const [owner, repo] = repository.split("/");
  const { apiUrl, ...more } = apiOf(connection.kind, connection.url);
  return githubCode({ apiUrl, owner: owner!, repo: repo!, ref: at, connection: name, ...more }, { fetch });
}

/** The API behind the address that a person sees in a browser. */
function apiOf(kind: string, url: string): { readonly apiUrl: string; readonly product?: "Gitea" } {
  if (kind !== "github") return { apiUrl: `${url.replace(/\/api\/v1$/, "")}/api/v1`, product: "Gitea" };
  if (/^https:\/\/(?:www\.)?github\.com$/.test(url)) return { apiUrl: "https://api.github.com" };
  return { apiUrl: url };
}

/** Reads which commit runs: from a metric, or from the alert itself. */
function tellerOf(deployed: NonNullable<Service["code"]["deployed"]>, { prometheus, now, alerts }: CodeDeps): Deployed {
  const { metric, label, annotation, selector } = deployed;
  if (metric === undefined) {
    return () =>
      Promise.resolve(
        alerts.flatMap(({ labels, annotations }) => [annotation && annotations[annotation], label && labels[label]])
          .filter((text): text is string => typeof text === "string" && text !== ""),
      );
  }
  return async (signal) => {
    const found = await prometheus.instant(
      `count by (${label}) (${metric}{${selector ?? ""}})`,
      now().getTime() / 1000,
      signal,
    );
    // While two versions run, that of most instances.
    return found.toSorted((a, b) => (b.points[0]?.[1] ?? 0) - (a.points[0]?.[1] ?? 0))
      .flatMap(({ labels }) => labels[label!] ?? []);
  };
}
