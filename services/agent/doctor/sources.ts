import type { Values } from "../../configuration/mod.ts";
import { type Check, jsonOf, type Outgoing, request } from "../delivery/mod.ts";
import { investigationSettings } from "../investigation/mod.ts";

/** Looks at everything that an investigation reads: Prometheus, the logs, the code, the manager, the model. */
export async function sourceChecks(
  settings: Values<typeof investigationSettings>,
  outgoing: Outgoing,
): Promise<Check[]> {
  return await Promise.all([
    prometheus(settings.promUrl, outgoing),
    alerting(settings.promUrl, outgoing),
    logs(settings.lbUrl, outgoing),
    manager(settings.pmUrl, outgoing),
    code(settings, outgoing),
    model(settings, outgoing),
  ]);
}

type Settings = Values<typeof investigationSettings>;

async function prometheus(url: string, outgoing: Outgoing): Promise<Check> {
  const name = "Prometheus";
  const asked = await get(`${url}/api/v1/query?query=up`, outgoing);
  if (asked.problem !== undefined) return failed(name, `${asked.problem} (${url}): start it, or set PROM_URL`);
  const result = (asked.body as { data?: { result?: { value?: unknown[] }[] } })?.data?.result;
  if (!Array.isArray(result)) return failed(name, `what answers at ${url} is no Prometheus: check PROM_URL`);
  const up = result.filter((series) => series.value?.[1] === "1").length;
  if (result.length === 0) {
    const seconds = await secondsSinceStart(url, outgoing);
    if (seconds < FIRST_SCRAPE_SECONDS) return skipped(name, `${justStarted(seconds)} and has scraped nothing yet`);
    return failed(name, "it scrapes nothing: check its scrape_configs and the discovery file");
  }
  return ok(name, `it answers; ${up} of ${result.length} targets are up`);
}

/** Prometheus looks for targets and Alertmanagers every 5 s, and scrapes a target within its interval after that. */
const FIRST_SCRAPE_SECONDS = 30;

/** How long Prometheus has been running; infinitely long where it does not tell. */
async function secondsSinceStart(url: string, outgoing: Outgoing): Promise<number> {
  const { body } = await get(`${url}/api/v1/status/runtimeinfo`, outgoing);
  const started = Date.parse((body as { data?: { startTime?: string } })?.data?.startTime ?? "");
  return Number.isNaN(started) ? Infinity : Math.max(0, (outgoing.now().getTime() - started) / 1_000);
}

function justStarted(seconds: number): string {
  return `ask again in a few seconds: it was started ${Math.round(seconds)} s ago`;
}

/** Whether Prometheus knows an Alertmanager. */
async function alerting(url: string, outgoing: Outgoing): Promise<Check> {
  const name = "Alerting";
  const asked = await get(`${url}/api/v1/alertmanagers`, outgoing);
  if (asked.problem !== undefined) {
    return skipped(name, `Prometheus cannot be asked where alerts go: ${asked.problem}`);
  }
  const active = (asked.body as { data?: { activeAlertmanagers?: { url?: string }[] } })?.data?.activeAlertmanagers ??
    [];
  if (active.length === 0) {
    const seconds = await secondsSinceStart(url, outgoing);
    if (seconds < FIRST_SCRAPE_SECONDS) {
      return skipped(name, `Prometheus knows no Alertmanager yet; ${justStarted(seconds)}`);
    }
    return failed(name, "Prometheus knows no Alertmanager: add one under alerting in its configuration");
  }
  return ok(name, `Prometheus sends alerts to ${active.map((one) => one.url).join(", ")}`);
}

async function logs(url: string, outgoing: Outgoing): Promise<Check> {
  const name = "Logs";
  const asked = await get(`${url}/logs/tail?seconds=1&limit=1`, outgoing);
  if (asked.problem !== undefined) return failed(name, `${asked.problem} (${url}/logs/tail): start it, or set LB_URL`);
  if (!Array.isArray((asked.body as { entries?: unknown })?.entries)) {
    return failed(name, `${url}/logs/tail answers with something else than log entries: check LB_URL`);
  }
  return ok(name, `${url}/logs/tail answers`);
}

async function manager(url: string, outgoing: Outgoing): Promise<Check> {
  const name = "Manager";
  const asked = await get(`${url}/healthz`, outgoing);
  if (asked.problem !== undefined) return failed(name, `${asked.problem} (${url}): start it, or set PM_URL`);
  return ok(name, "it answers; operators can scale");
}

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
  // An endpoint of one's own may need no key.
  if (settings.openaiApiKey === undefined && settings.openaiBaseUrl === investigationSettings.openaiBaseUrl.fallback) {
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

interface Got {
  readonly status?: number;
  readonly body?: unknown;
  /** Undefined when it answered 2xx. */
  readonly problem?: string;
}

async function get(url: string, outgoing: Outgoing, headers: Record<string, string | undefined> = {}): Promise<Got> {
  const given = Object.entries({ accept: "application/json", ...headers }).filter(([, value]) => value !== undefined);
  const answer = await request(url, { headers: given as [string, string][] }, outgoing);
  if (answer.kind === "silence") return { problem: `no answer: ${answer.reason}` };
  const { status } = answer;
  const body = jsonOf(answer.body);
  return status >= 200 && status < 300 ? { status, body } : { status, body, problem: `it answered ${status}` };
}

function bearer(token: string | undefined): string | undefined {
  return token === undefined ? undefined : `Bearer ${token}`;
}

function ok(name: string, text: string): Check {
  return { name, state: "ok", text };
}

function skipped(name: string, text: string): Check {
  return { name, state: "skipped", text };
}

function failed(name: string, text: string): Check {
  return { name, state: "failed", text };
}
