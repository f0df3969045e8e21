import type { Values } from "../../lib/configuration/mod.ts";
import type { Check, Outgoing } from "../delivery/mod.ts";
import { type Catalogue, createSources, type investigationSettings, type Service } from "../investigation/mod.ts";
import { type Access, senderOf } from "../connections/mod.ts";
import { labelChecks, suggestion } from "./metrics.ts";
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
  const checks = await Promise.all(catalogue.services.map(async (service): Promise<Check | Check[]> => {
    const { metrics } = service;
    if (metrics === undefined) return skipped(name, `${file} has no metrics for ${service.name}`);
    const server = serverOf(metrics.connection, { settings, catalogue, outgoing });
    if (prometheus.state !== "ok" && server.url === settings.promUrl) {
      return skipped(name, `${service.name}: not checked, because the check of Prometheus did not pass`);
    }
    const { requests } = metrics;
    const matchers = [requests?.only ?? metrics.selector, requests?.selector].filter(Boolean).join(",");
    const series = `${requests?.metric ?? "up"}{${matchers}}`;
    const looked = { ...server, file };
    const asked = await get(
      `${server.url}/api/v1/query?query=${encodeURIComponent(`count(${series})`)}`,
      server.outgoing,
    );
    if (asked.problem !== undefined) {
      return failed(name, `${service.name}: Prometheus, asked for ${series}: ${asked.problem}; check ${file}`);
    }
    const found = (asked.body as { data?: { result?: { value?: unknown[] }[] } })?.data?.result?.[0]?.value?.[1];
    if (found !== undefined) {
      const wrong = await labelChecks(service, looked);
      return wrong.length > 0 ? wrong : ok(name, `${service.name}: Prometheus has ${series}, ${found} series`);
    }
    const seconds = await secondsSinceStart(server.url, server.outgoing);
    if (seconds < FIRST_SCRAPE_SECONDS) {
      return skipped(name, `${service.name}: Prometheus has no ${series} yet; ${justStarted(seconds)}`);
    }
    return failed(
      name,
      `${service.name}: Prometheus has no series ${series}: check its selector and metrics in ${file}, the scrape ` +
        `job, and that it has had a request${await suggestion(metrics, looked)}`,
    );
  }));
  return checks.flat();
}

/** The server that has a service's metrics, and how it is asked. */
function serverOf(
  connection: string | undefined,
  { settings, catalogue, outgoing }: Looked & { readonly settings: Settings },
): { readonly url: string; readonly outgoing: Outgoing } {
  const found = connection === undefined ? undefined : catalogue.connections[connection];
  if (found === undefined || !("url" in found) || typeof found.url !== "string") {
    return { url: settings.promUrl, outgoing };
  }
  return {
    url: found.url,
    outgoing: { ...outgoing, fetch: senderOf(found as Access, { fetch: outgoing.fetch }).fetch },
  };
}

/** Of each service with traces: whether they can be read, and know its name. */
export async function serviceTraces(settings: Settings, { catalogue, outgoing }: Looked): Promise<Check[]> {
  const name = "Traces";
  const file = fileOf(settings);
  const sources = createSources(settings, { ...outgoing, catalogue });
  const traced = catalogue.services.filter(({ traces }) => traces !== undefined);
  return await Promise.all(traced.map(async (service) => {
    try {
      const { source, names } = sources.traces(service);
      const known = await source.services(AbortSignal.timeout(outgoing.timeoutMs));
      if (names.some((one) => known.includes(one))) return ok(name, `${service.name}: ${source.name} has its traces`);
      return failed(
        name,
        `${service.name}: ${source.name} has no service ${names.join(" or ")}; it has ${
          known.slice(0, 20).join(", ") || "none"
        }: set traces.service in ${file}`,
      );
    } catch (error) {
      const reason = error instanceof Error && error.name === "ToolError" ? error.message : "they cannot be read";
      return failed(name, `${service.name}: ${reason}; check its traces.connection in ${file}`);
    }
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
      const { from, missing = [] } = await sources.logs(service).read({ seconds: 900, signal });
      const wrong = missing.find((text) => /none was understood|partial|could not be read/.test(text));
      if (wrong !== undefined) return failed(name, `${service.name}: ${wrong}`);
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
  if ("connection" in logs && logs.connection !== undefined) return `logs and connection ${logs.connection}`;
  return logs.source === "loki" ? "logs.url and logs.query" : "logs.path";
}

/** The file that describes the services. */
function fileOf({ catalogue }: Settings): string {
  return catalogue ?? "config/oncall.yaml";
}
