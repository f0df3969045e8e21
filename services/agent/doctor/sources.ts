import type { Values } from "../../lib/configuration/mod.ts";
import type { Check, Outgoing } from "../delivery/mod.ts";
import type { Catalogue, investigationSettings } from "../investigation/mod.ts";
import type { ModelValues } from "../model/mod.ts";
import { cluster } from "./cluster.ts";
import { connectionChecks } from "./connections.ts";
import { bearer, failed, get, ok, skipped } from "./look.ts";
import { model } from "./model.ts";
import { alerting, prometheus } from "./prometheus.ts";
import { manager, serviceLogs, serviceMetrics, serviceTraces } from "./services.ts";

/** Checks everything that an investigation reads: Prometheus, each service's metrics and logs, the manager, the code, the model. */
export async function sourceChecks(
  settings: Settings,
  { catalogue, outgoing }: { readonly catalogue: Catalogue; readonly outgoing: Outgoing },
): Promise<Check[]> {
  const metrics = prometheus(settings.promUrl, outgoing);
  const checks = await Promise.all([
    metrics.then((check) => [check]),
    connectionChecks(catalogue.connections, { outgoing, file: settings.catalogue ?? "config/oncall.yaml" }),
    alerting(settings.promUrl, outgoing).then((check) => [check]),
    metrics.then((check) => serviceMetrics(settings, { catalogue, outgoing, prometheus: check })),
    serviceLogs(settings, { catalogue, outgoing }),
    serviceTraces(settings, { catalogue, outgoing }),
    manager(settings.pmUrl, { catalogue, outgoing }).then((check) => [check]),
    code(settings, outgoing).then((check) => [check]),
    model(settings, outgoing).then((check) => [check]),
    hasCluster(catalogue) ? cluster(settings, { catalogue, outgoing }).then((check) => [check]) : [],
  ]);
  return checks.flat();
}

function hasCluster({ connections }: Catalogue): boolean {
  return Object.values(connections).some(({ kind }) => kind === "kubernetes");
}

type Settings = Values<typeof investigationSettings> & ModelValues;

async function code(settings: Settings, outgoing: Outgoing): Promise<Check> {
  const name = "Code";
  if (settings.codeRoot !== undefined) {
    try {
      const { isDirectory } = await Deno.stat(settings.codeRoot);
      if (!isDirectory) return failed(name, `CODE_ROOT ${settings.codeRoot} is not a folder`);
      return ok(name, `reads code from ${settings.codeRoot}`);
    } catch (error) {
      return failed(name, `CODE_ROOT ${settings.codeRoot} cannot be read: ${(error as Error).message}`);
    }
  }
  const { githubOwner, githubRepo, githubToken, githubApiUrl } = settings;
  if (githubOwner === undefined || githubRepo === undefined) {
    return skipped(name, "not configured: set GITHUB_OWNER and GITHUB_REPO, or CODE_ROOT");
  }
  const repository = `${githubOwner}/${githubRepo}`;
  const path = `/repos/${encodeURIComponent(githubOwner)}/${encodeURIComponent(githubRepo)}`;
  const asked = await get(githubApiUrl + path, outgoing, { authorization: bearer(githubToken) });
  if (asked.status === 401) return failed(name, "GitHub does not accept GITHUB_TOKEN: create a new one");
  if (asked.status === 403) {
    return failed(name, "GitHub refuses (403): the token lacks the right, or its rate is used up");
  }
  if (asked.status === 404) {
    return failed(
      name,
      `GitHub shows no repository ${repository} to this token: check GITHUB_OWNER, GITHUB_REPO, GITHUB_TOKEN`,
    );
  }
  if (asked.problem !== undefined) return failed(name, `GitHub: ${asked.problem}`);
  return ok(
    name,
    `reads code from ${repository}${settings.githubRef === undefined ? "" : ` at ${settings.githubRef}`}`,
  );
}
