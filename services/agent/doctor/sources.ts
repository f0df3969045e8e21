import type { Values } from "../../lib/configuration/mod.ts";
import type { Check, Outgoing } from "../delivery/mod.ts";
import type { Catalogue, investigationSettings } from "../investigation/mod.ts";
import { hasModel, type ModelValues } from "../model/mod.ts";
import { bearer, failed, get, ok, skipped } from "./look.ts";
import { alerting, prometheus } from "./prometheus.ts";
import { manager, serviceLogs, serviceMetrics } from "./services.ts";

/** Looks at everything that an investigation reads: Prometheus, each service's metrics and logs, the manager, the code, the model. */
export async function sourceChecks(
  settings: Settings,
  { catalogue, outgoing }: { readonly catalogue: Catalogue; readonly outgoing: Outgoing },
): Promise<Check[]> {
  const metrics = prometheus(settings.promUrl, outgoing);
  const checks = await Promise.all([
    metrics.then((check) => [check]),
    alerting(settings.promUrl, outgoing).then((check) => [check]),
    metrics.then((check) => serviceMetrics(settings, { catalogue, outgoing, prometheus: check })),
    serviceLogs(settings, { catalogue, outgoing }),
    manager(settings.pmUrl, { catalogue, outgoing }).then((check) => [check]),
    code(settings, outgoing).then((check) => [check]),
    model(settings, outgoing).then((check) => [check]),
  ]);
  return checks.flat();
}

type Settings = Values<typeof investigationSettings> & ModelValues;

async function code(settings: Settings, outgoing: Outgoing): Promise<Check> {
  const name = "Code";
  if (settings.codeRoot !== undefined) {
    try {
      const { isDirectory } = await Deno.stat(settings.codeRoot);
      if (!isDirectory) return failed(name, `CODE_ROOT ${settings.codeRoot} is no folder`);
      return ok(name, `it is read from ${settings.codeRoot}`);
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
  if (asked.status === 401) return failed(name, "GitHub does not accept GITHUB_TOKEN: make a new one");
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
    `it is read from ${repository}${settings.githubRef === undefined ? "" : ` at ${settings.githubRef}`}`,
  );
}

async function model(settings: Settings, outgoing: Outgoing): Promise<Check> {
  const name = "Model";
  if (!hasModel(settings)) {
    return skipped(name, "not configured: set OPENAI_API_KEY; the built-in rules decide");
  }
  const asked = await get(`${settings.openaiBaseUrl}/models`, outgoing, {
    authorization: bearer(settings.openaiApiKey),
  });
  if (asked.status === 401) return failed(name, "the endpoint does not accept OPENAI_API_KEY");
  if (asked.problem !== undefined) {
    return failed(name, `${asked.problem} (${settings.openaiBaseUrl}/models): check OPENAI_BASE_URL`);
  }
  const models = ((asked.body as { data?: { id?: string }[] })?.data ?? []).map((one) => one.id);
  if (models.length > 0 && !models.includes(settings.openaiModel)) {
    return failed(name, `the endpoint has no model ${settings.openaiModel}: check OPENAI_MODEL`);
  }
  return ok(name, `${settings.openaiModel} at ${settings.openaiBaseUrl}`);
}
