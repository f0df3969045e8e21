import { join } from "node:path";
import type { IncidentView } from "../services/lib/incident/mod.ts";
import { ROOT } from "../tasks/build/mod.ts";
import type { Result } from "./judge.ts";
import { isCorrect } from "./report.ts";
import type { LabStack } from "./stack.ts";

/** The rate's window in the shipped configuration, in seconds. */
const WINDOW = 60;
/** How far back is recorded, in windows, and how many points a window has; as the agent's own tools look back. */
const BACK = 15;
const POINTS = 4;

type Curve = (readonly [ago: number, value: number])[];
type Labels = Readonly<Record<string, string>>;

/** What is recorded of a run that has just been judged. */
export interface Seen {
  readonly incidents: readonly IncidentView[];
  readonly result: Result;
}

/**
 * Writes a run that came out right as a recorded situation, which the investigator's tests replay without a system. Its
 * times are stretched by `speed`, so that it is what would have happened with the shipped windows.
 */
export function recorder(folder: string, speed: number): (stack: LabStack, seen: Seen) => Promise<void> {
  return async (stack, { incidents, result }) => {
    const incident = incidents.find(({ diagnosis }) => diagnosis !== null && diagnosis.at === result.diagnosis?.at);
    if (incident === undefined || !isCorrect(result)) return;
    const situation = await recordSituation(stack, { incident, result, speed });
    await Deno.mkdir(folder, { recursive: true });
    const file = join(folder, `lab_${result.name.replaceAll("-", "_")}.json`);
    await Deno.writeTextFile(file, `${JSON.stringify(situation, null, 1)}\n`);
  };
}

async function recordSituation(
  { settings: { urls } }: LabStack,
  { incident, result, speed }: { incident: IncidentView; result: Result; speed: number },
) {
  const diagnosis = result.diagnosis!;
  const now = Date.parse(diagnosis.at) / 1000;
  const ago = (at: number) => Math.max(0, Math.round((now - at) * speed));
  const window = `${Math.max(1, Math.round(WINDOW / speed))}s`;
  const series = async (query: string) => {
    const [start, step] = [now - BACK * WINDOW / speed, WINDOW / speed / POINTS];
    const params = new URLSearchParams({ query, start: `${start}`, end: `${now}`, step: `${step}` });
    const { data } = await json(`${urls.PROM_URL}/api/v1/query_range?${params}`);
    return (data.result as { metric: Labels; values: [number, string][] }[]).map(({ metric, values }) => ({
      labels: metric,
      points: values.map(([at, value]) => [ago(at), Number(value)] as const).filter(([, x]) => Number.isFinite(x)),
    }));
  };
  const users = 'job="inventory",route!~"/healthz|/metrics|/logs/tail|/faults"';
  const rate = (metric: string, by: string) => `sum by (${by}) (rate(${metric}{${users}}[${window}]))`;
  const share = (by: string) =>
    `100 * (${rate("http_errors_total", by)} or 0 * ${rate("http_requests_total", by)}) / ${
      rate("http_requests_total", by)
    }`;
  const p95 = (by: string) =>
    `1000 * histogram_quantile(0.95, ${rate("http_request_duration_seconds_bucket", `${by}, le`)})`;
  const mean = `1000 * ${rate("http_request_duration_seconds_sum", "instance")} / ${
    rate("http_request_duration_seconds_count", "instance")
  }`;
  const [up, names, cpu, memory, starts, failing, slow, means, routes, routeErrors, routeSlow, statuses] = await Promise
    .all([
      'min by (instance) (up{job="inventory"})',
      'max by (instance, service) (http_requests_total{job="inventory"})',
      `sum by (instance) (rate(process_cpu_seconds_total{job="inventory"}[${window}]))`,
      'max by (instance) (process_resident_memory_bytes{job="inventory"}) / 1048576',
      'max by (instance) (process_start_time_seconds{job="inventory"})',
      share("instance"),
      p95("instance"),
      mean,
      rate("http_requests_total", "route"),
      share("route"),
      p95("route"),
      rate("http_requests_total", "route, status"),
    ].map(series));
  const of = (list: typeof up, name: string, value: string) =>
    list!.find(({ labels }) => labels[name] === value)?.points ?? [];
  // Where one of several has the trouble, each instance's own numbers tell; else each route's do.
  const someOnly = (diagnosis.instances ?? []).length < up!.length;
  const { data: { activeTargets } } = await json(`${urls.PROM_URL}/api/v1/targets?state=active`);
  const targets = activeTargets as { labels: Labels; lastError: string }[];
  const instances = up!.map(({ labels: { instance }, points }) => ({
    name: names!.find(({ labels }) => labels.instance === instance)?.labels.service ?? instance!,
    instance: instance!,
    from: points[0]![0],
    ...(points.at(-1)![0] > 2 * WINDOW / POINTS ? { until: points.at(-1)![0] } : {}),
    up: compressed(points),
    ...scrapeError(targets.find(({ labels }) => labels.instance === instance)?.lastError),
    cpu: compressed(of(cpu, "instance", instance!)),
    memory_mb: compressed(of(memory, "instance", instance!)),
    mean_ms: compressed(of(means, "instance", instance!)),
    starts: [...new Set(of(starts, "instance", instance!).map(([, at]) => ago(at)))],
    ...(someOnly && failing!.length > 0 ? { error_percent: compressed(of(failing, "instance", instance!)) } : {}),
    ...(someOnly ? { p95_ms: compressed(of(slow, "instance", instance!)) } : {}),
  }));
  const latestStatus = (route: string) =>
    statuses!.filter(({ labels }) => labels.route === route && !labels.status!.startsWith("5"))
      .sort((a, b) => (b.points.at(-1)?.[1] ?? 0) - (a.points.at(-1)?.[1] ?? 0))[0]?.labels.status ?? "200";
  return {
    name: `lab: ${result.name}`,
    alert: {
      labels: incident.alerts[0]!.labels,
      annotations: incident.alerts[0]!.annotations,
      ago: ago(Date.parse(incident.alerts[0]!.starts_at) / 1000),
    },
    instances,
    routes: routes!.map(({ labels: { route }, points }) => ({
      route,
      rps: compressed(points),
      ...(someOnly ? {} : {
        error_percent: compressed(of(routeErrors, "route", route!)),
        p95_ms: compressed(of(routeSlow, "route", route!)),
      }),
      status: latestStatus(route!),
    })),
    logs: await logs(urls.LB_URL, ago),
    events: (await json(`${urls.PM_URL}/events`)).events.map(({ at, ...rest }: { at: string }) => ({
      ago: ago(Date.parse(at) / 1000),
      ...rest,
    })),
    ...(diagnosis.affected_file === null ? {} : {
      code: {
        [diagnosis.affected_file]: (await Deno.readTextFile(join(ROOT, diagnosis.affected_file))).split("\n"),
      },
    }),
    expect: {
      verdict: diagnosis.verdict,
      category: diagnosis.category,
      file: diagnosis.affected_file,
      line: diagnosis.line_number,
      ...(result.control ? {} : { instances: diagnosis.instances, routes: diagnosis.routes }),
    },
  };
}

function scrapeError(said = ""): { scrape_error?: string } {
  return said === "" ? {} : { scrape_error: said };
}

/** Points at which the value changes by more than a fiftieth. */
function compressed(points: Readonly<Curve>): Curve {
  const kept: Curve = [];
  for (const [ago, value] of points) {
    const last = kept.at(-1)?.[1];
    if (last === undefined || Math.abs(value - last) > Math.abs(last) * 0.02) {
      kept.push([ago, Number(value.toPrecision(4))]);
    }
  }
  return kept;
}

/** The log's entries, folded by their text; when each began and ended is kept, and how many there were. */
async function logs(balancer: string, ago: (at: number) => number) {
  const { entries } = await json(`${balancer}/logs/tail?seconds=3600&limit=5000`);
  const folded = new Map<
    string,
    { message: string; level: string; pid: number; from: number; to: number; count: number }
  >();
  for (const { timestamp, pid, level, message } of entries as Record<string, string>[]) {
    const at = ago(Date.parse(timestamp!.replace(" ", "T").replace(",", ".") + "Z") / 1000);
    const text = message!.replaceAll(/file:\/\/\/\S*?\/deno-compile-oncall-inventory\//g, "file:///srv/oncall/");
    const known = folded.get(`${pid} ${text}`);
    if (known === undefined) {
      folded.set(`${pid} ${text}`, { message: text, level: level!, pid: Number(pid), from: at, to: at, count: 1 });
    } else Object.assign(known, { to: at, count: known.count + 1 });
  }
  return [...folded.values()];
}

// deno-lint-ignore no-explicit-any
async function json(url: string): Promise<any> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return await response.json();
}
