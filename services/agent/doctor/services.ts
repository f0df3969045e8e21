import type { Values } from "../../lib/configuration/mod.ts";
import type { Check, Outgoing } from "../delivery/mod.ts";
import { type Catalogue, createSources, type investigationSettings, type Service } from "../investigation/mod.ts";
import { failed, get, ok, skipped } from "./look.ts";
import { FIRST_SCRAPE_SECONDS, justStarted, secondsSinceStart } from "./prometheus.ts";

type Settings = Values<typeof investigationSettings>;

interface Looked {
  readonly catalogue: Catalogue;
  readonly outgoing: Outgoing;
}

/** Of each service: whether Prometheus has the series that its description names. */
export async function serviceMetrics(
  settings: Settings,
  { catalogue, outgoing, prometheus }: Looked & { readonly prometheus: Check },
): Promise<Check[]> {
  const name = "Metrics";
  const file = fileOf(settings);
  return await Promise.all(catalogue.services.map(async (service) => {
    const { metrics } = service;
    if (metrics === undefined) return skipped(name, `${file} has no metrics for ${service.name}`);
    if (prometheus.state !== "ok") {
      return skipped(name, `${service.name}: not checked, because the check of Prometheus did not pass`);
    }
    const { requests } = metrics;
    const matchers = [metrics.selector, requests?.selector].filter(Boolean).join(",");
    const series = `${requests?.metric ?? "up"}{${matchers}}`;
    const asked = await get(
      `${settings.promUrl}/api/v1/query?query=${encodeURIComponent(`count(${series})`)}`,
      outgoing,
    );
    if (asked.problem !== undefined) {
      return failed(name, `${service.name}: Prometheus, asked for ${series}: ${asked.problem}; check ${file}`);
    }
    const found = (asked.body as { data?: { result?: { value?: unknown[] }[] } })?.data?.result?.[0]?.value?.[1];
    if (found !== undefined) return ok(name, `${service.name}: Prometheus has ${series}, ${found} series`);
    const seconds = await secondsSinceStart(settings.promUrl, outgoing);
    if (seconds < FIRST_SCRAPE_SECONDS) {
      return skipped(name, `${service.name}: Prometheus has no ${series} yet; ${justStarted(seconds)}`);
    }
    return failed(
      name,
      `${service.name}: Prometheus has no series ${series}: check its selector and metrics in ${file}, the scrape ` +
        "job, and that it has had a request",
    );
  }));
}

/** Of each service: whether its logs can be read, wherever its description says that they are. */
export async function serviceLogs(settings: Settings, { catalogue, outgoing }: Looked): Promise<Check[]> {
  const name = "Logs";
  const file = fileOf(settings);
  const sources = createSources(settings, { ...outgoing, catalogue });
  const balancer = catalogue.services.some(({ logs }) => logs.source === "balancer")
    ? await balancerLogs(settings.lbUrl, outgoing)
    : undefined;
  return await Promise.all(catalogue.services.map(async (service) => {
    const { logs } = service;
    if (logs.source === "none") return skipped(name, `${file} has no logs for ${service.name}`);
    if (logs.source === "balancer") return { ...balancer!, text: `${service.name}: ${balancer!.text}` };
    try {
      const signal = AbortSignal.timeout(outgoing.timeoutMs);
      const { from } = await sources.logs(service).read({ seconds: 60, signal });
      return ok(name, `${service.name}: ${from} can be read`);
    } catch (error) {
      const missing = error instanceof Error && (error as { code?: unknown }).code === "not_found";
      if (missing && logs.source === "file" && logs.optional) {
        return skipped(name, `${service.name}: no ${logs.path}, which is optional`);
      }
      const reason = error instanceof Error && error.name === "ToolError" ? error.message : "they cannot be read";
      return failed(name, `${service.name}: ${reason}; check its ${where(logs)} in ${file}`);
    }
  }));
}

/** The manager, if a service uses it for changes. */
export async function manager(url: string, { catalogue, outgoing }: Looked): Promise<Check> {
  const name = "Manager";
  if (!catalogue.services.some(({ changes }) => changes.source === "manager")) {
    return skipped(name, "no service uses it (changes: manager)");
  }
  const asked = await get(`${url}/healthz`, outgoing);
  if (asked.problem !== undefined) return failed(name, `${asked.problem} (${url}): start it, or set PM_URL`);
  return ok(name, "it answers; operators can scale");
}

async function balancerLogs(url: string, outgoing: Outgoing): Promise<Check> {
  const name = "Logs";
  const asked = await get(`${url}/logs/tail?seconds=1&limit=1`, outgoing);
  if (asked.problem !== undefined) return failed(name, `${asked.problem} (${url}/logs/tail): start it, or set LB_URL`);
  if (!Array.isArray((asked.body as { entries?: unknown })?.entries)) {
    return failed(name, `${url}/logs/tail does not answer with log entries: check LB_URL`);
  }
  return ok(name, `${url}/logs/tail answers`);
}

function where(logs: Service["logs"]): string {
  return logs.source === "loki" ? "logs.url and logs.query" : "logs.path";
}

/** The file that describes the services. */
function fileOf({ catalogue }: Settings): string {
  return catalogue ?? "config/oncall.yaml";
}
