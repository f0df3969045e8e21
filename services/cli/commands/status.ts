import { bareUrl } from "../../lib/http/mod.ts";
import * as v from "valibot";
import { VERSION } from "../../lib/configuration/mod.ts";
import type { Part } from "../api.ts";
import { CliError, EXIT, known } from "../exit.ts";
import type { Context, Frame } from "../frame.ts";
import { incidentPage, type IncidentSummaryRead } from "../../lib/incident/mod.ts";
import { causeLine } from "../incident.ts";
import { type ActiveAlert, activeAlerts, INVENTORY, ratesOf, watchedService } from "../prometheus.ts";
import { bad, type Cell, good, oneLine, percent, quiet, strong, warn } from "../../lib/terminal/mod.ts";
import { spanText } from "../../lib/timespan/mod.ts";

/** A part of the system as found. */
interface Found {
  readonly name: string;
  readonly url: string;
  readonly ok: boolean;
  /** One word for a person: `up`, `down`, or an instance's status. */
  readonly state: string;
  readonly version: string | null;
  readonly pid: number | null;
  readonly detail: string;
  /** One of the manager's instances. */
  readonly instance: boolean;
  /** One of ours, whose version must be this program's. */
  readonly ours: boolean;
}

const TIMEOUT_MS = 3_000;
/** Severities that page nobody. */
const QUIET = new Set(["info", "none"]);
const health = v.looseObject({
  ok: v.optional(v.boolean(), true),
  name: v.optional(v.string()),
  version: v.optional(v.string()),
  pid: v.optional(v.number()),
  backends: v.optional(v.unknown()),
  store: v.optional(v.looseObject({ writable: v.boolean(), reason: v.nullish(v.string()) })),
});
const instanceList = v.looseObject({
  instances: v.array(v.looseObject({
    service: v.string(),
    status: v.string(),
    url: v.string(),
    pid: v.nullish(v.number(), null),
    restarts: v.nullish(v.number(), 0),
  })),
});
const prometheusBuild = v.looseObject({ data: v.looseObject({ version: v.string() }) });
const alertmanagerStatus = v.looseObject({ versionInfo: v.looseObject({ version: v.string() }) });

/** `oncall status`: what runs, in which version, and whether it is healthy. Firing alerts of severity info or none do not count. */
export function status({ program, action }: Frame): void {
  program.command("status")
    .summary("show what runs, and whether it is healthy")
    .description("show what runs, in which version, and whether it is healthy; exit status 1 if something is not")
    .action(action(async (context) => {
      const service = await known(watchedService(context)) ?? INVENTORY;
      const [parts, measured, alerts, open] = await Promise.all([
        findParts(context),
        known(ratesOf(context, service)),
        known(activeAlerts(context)),
        known(openIncidents(context)),
      ]);
      const rates = measured ?? { requestRate: null, errorRate: null };
      const versions = [
        ...new Set([VERSION, ...parts.filter((p) => p.ours && p.version !== null).map((p) => p.version!)]),
      ];
      const fires = (alerts ?? []).some(({ state, labels }) => state === "firing" && !QUIET.has(labels.severity ?? ""));
      const well = parts.every(({ ok }) => ok) && versions.length === 1 && !fires;
      if (context.json) {
        context.out.json({
          ok: well,
          version: VERSION,
          versions_differ: versions.length > 1,
          parts: parts.map(({ ours: _, instance: __, ...part }) => part),
          service: service.name,
          error_rate: rates.errorRate,
          requests_per_second: rates.requestRate,
          alerts,
          open_incidents: open?.map(({ id, code, state, service, severity, title }) => ({
            id,
            code,
            state,
            service,
            severity,
            title,
          })) ?? null,
        });
      } else print(context, { parts, versions, service: service.name, rates, alerts, open });
      return well ? EXIT.ok : EXIT.notWell;
    }));
}

async function openIncidents({ api, agent }: Context): Promise<IncidentSummaryRead[]> {
  const page = await api.call(agent, {
    path: "/api/incidents",
    query: { limit: 50, order: "open_first" },
    schema: incidentPage,
    timeoutMs: TIMEOUT_MS,
  });
  return page.incidents.filter(({ state }) => state !== "resolved");
}

async function findParts(context: Context): Promise<Found[]> {
  const { manager, balancer, agent, prometheus, alertmanager } = context;
  const [managerFound, instances, ...others] = await Promise.all([
    ours(context, "manager", manager),
    findInstances(context),
    ours(context, "load balancer", balancer),
    theirs(context, "Prometheus", prometheus),
    theirs(context, "Alertmanager", alertmanager),
    ours(context, "agent", agent),
  ]);
  return [managerFound, ...instances, ...others];
}

function down(name: string, url: string, error: unknown): Found {
  if (!(error instanceof CliError)) throw error;
  const detail = error.exitCode === EXIT.unreachable ? "" : error.message;
  return { name, url, ok: false, state: "down", version: null, pid: null, detail, instance: false, ours: false };
}

async function ours({ api }: Context, name: string, part: Part): Promise<Found> {
  try {
    const body = await api.call(part, { path: "/healthz", schema: health, timeoutMs: TIMEOUT_MS, unwell: true });
    const stores = body.store?.writable ?? true;
    const backends = Array.isArray(body.backends) ? body.backends.length : body.backends;
    return {
      name,
      url: bareUrl(part.url),
      ok: body.ok,
      state: body.ok ? "up" : stores ? "not well" : "not storing",
      version: body.version ?? null,
      pid: body.pid ?? null,
      detail: !stores
        ? `takes no alerts: ${body.store?.reason ?? "its store cannot be written"}`
        : typeof backends === "number"
        ? `${backends} ${backends === 1 ? "backend" : "backends"}`
        : "",
      instance: false,
      ours: true,
    };
  } catch (error) {
    return down(name, bareUrl(part.url), error);
  }
}

async function theirs(context: Context, name: "Prometheus" | "Alertmanager", part: Part): Promise<Found> {
  try {
    const version = name === "Prometheus"
      ? (await context.api.call(part, {
        path: "/api/v1/status/buildinfo",
        schema: prometheusBuild,
        timeoutMs: TIMEOUT_MS,
      })).data.version
      : (await context.api.call(part, { path: "/api/v2/status", schema: alertmanagerStatus, timeoutMs: TIMEOUT_MS }))
        .versionInfo.version;
    return {
      name,
      url: bareUrl(part.url),
      ok: true,
      state: "up",
      version,
      pid: null,
      detail: "",
      instance: false,
      ours: false,
    };
  } catch (error) {
    return down(name, bareUrl(part.url), error);
  }
}

async function findInstances(context: Context): Promise<Found[]> {
  const { api, manager } = context;
  const list = await known(
    api.call(manager, { path: "/instances", schema: instanceList, timeoutMs: TIMEOUT_MS }),
  );
  return await Promise.all((list?.instances ?? []).map(async ({ service, status, url, pid, restarts }) => {
    const running = status === "running";
    const found = running
      ? await ours(context, service, { name: service, url, from: "--manager-url or PM_URL" })
      : { version: null, ok: status === "starting" || status === "draining", state: status };
    return {
      name: oneLine(service),
      instance: true,
      url,
      ok: found.ok,
      state: oneLine(running && found.ok ? "up" : found.state),
      version: found.version,
      pid,
      detail: restarts > 0 ? `restarted ${restarts === 1 ? "once" : `${restarts} times`}` : "",
      ours: true,
    };
  }));
}

interface Findings {
  readonly parts: readonly Found[];
  readonly versions: readonly string[];
  readonly service: string;
  readonly rates: { readonly requestRate: number | null; readonly errorRate: number | null };
  readonly alerts: readonly ActiveAlert[] | null;
  readonly open: readonly IncidentSummaryRead[] | null;
}

function print({ out, deps }: Context, { parts, versions, service, rates, alerts, open }: Findings): void {
  const { requestRate, errorRate } = rates;
  out.table(parts.map(({ name, instance, state, ok, version, pid, url, detail }): Cell[] => [
    instance ? `  ${name}` : name,
    ok ? good(state) : bad(state),
    oneLine(version ?? "-"),
    pid === null ? "" : `pid ${pid}`,
    quiet(url),
    oneLine(detail),
  ]));
  out.line();
  out.line(
    `${oneLine(service)} requests  `,
    requestRate === null ? quiet("not measured") : `${requestRate.toFixed(1)}/s`,
    "   errors  ",
    errorRate === null ? quiet("not measured") : errorRate > 0.2 ? bad(percent(errorRate)) : percent(errorRate),
  );
  for (const { name, state, since } of alerts ?? []) {
    const lasted = spanText(deps.now().getTime() - Date.parse(since));
    out.line(
      "Alert     ",
      state === "firing" ? bad(oneLine(state)) : warn(oneLine(state)),
      `  ${oneLine(name)}, for ${lasted}`,
    );
  }
  for (const incident of open ?? []) {
    const { code, state, title } = incident;
    const head = `${oneLine(state)}  `;
    out.hang(["Incident  ", strong(oneLine(code)), `  ${head}`], oneLine(title));
    const cause = causeLine(incident);
    if (cause !== "") out.hang([" ".repeat("Incident  ".length + oneLine(code).length + 2 + head.length)], cause);
  }
  if (versions.length > 1) {
    out.line(
      warn(`Versions differ: ${versions.map(oneLine).join(", ")} (this program is ${VERSION}).`),
      ' Make them the same with "deno task build" and "deno task down", "deno task up".',
    );
  }
  if (parts.some(({ state }) => state === "down")) {
    out.line('What is down starts with "deno task up"; what it says is in logs/.');
  }
}
