import type { Fact } from "./facts.ts";

/** A number that was measured or counted. */
export interface Measure {
  readonly value: number;
  readonly unit: string | null;
  readonly key: string;
  /** Instances and routes that it is about; empty when it is about the whole. */
  readonly about: readonly string[];
}

/** Whether a measurement is the number of a fact, rounding and units allowed for. */
export function measureIs(measure: Measure, fact: Fact & { kind: "number" }, aboutCpu: boolean): boolean {
  const near = (value: number) => Math.abs(value - fact.value) <= fact.tolerance;
  const { value, unit } = measure;
  if (fact.unit === null) return (unit === null || unit === "n" || unit === "text") && near(value);
  if (fact.unit === unit && (unit !== "n" || countedSame(measure.key, fact.noun))) return near(value);
  switch (fact.unit) {
    case "%":
      return (unit === "ratio" && near(value * 100)) || (aboutCpu && unit === "cores" && near(value * 100));
    case "ms":
      return unit === "s" && near(value * 1000);
    case "s":
      return unit === "ms" && near(value / 1000);
    case "n":
      return unit === null && countedSame(measure.key, fact.noun) && near(value);
    default:
      return false;
  }
}

/** Keys under which what a noun names is counted. */
const COUNTED: Readonly<Record<string, RegExp>> = {
  instance: /instance|who|row/,
  route: /route/,
  restart: /restart|start/,
  start: /restart|start/,
  entry: /count|entr/,
  error: /count|entr|error/,
  line: /line/,
  alert: /alert|count/,
  shape: /shape/,
  commit: /commit/,
  incident: /incident/,
  event: /event/,
  time: /count|restart/,
};

function countedSame(key: string, noun: string | null): boolean {
  if (noun === null) return true;
  const keys = COUNTED[noun];
  return keys === undefined ? /count|entr/.test(key) || key === noun : keys.test(key);
}

/** The unit that a field's name tells; null when it tells none. */
export function unitOfKey(key: string): string | null {
  if (key.endsWith("_percent")) return "%";
  if (key.endsWith("_per_second") || key === "per_second") return "/s";
  if (key.endsWith("_ms")) return "ms";
  if (key.endsWith("_mb")) return "MB";
  if (key.endsWith("_cores")) return "cores";
  if (key === "seconds" || key.endsWith("_seconds")) return key.startsWith("count") ? "n" : "s";
  if (["line", "column", "pid", "port"].includes(key)) return key;
  if (["count", "restarts", "distinct_shapes", "total_lines"].includes(key)) return "n";
  return null;
}

/** Durations between the times of one object, and how many times the usual a value is. */
export function derived(fields: Record<string, unknown>): Omit<Measure, "about">[] {
  const out: Omit<Measure, "about">[] = [];
  const time = (name: string) => typeof fields[name] === "string" ? Date.parse(fields[name] as string) / 1000 : NaN;
  for (
    const [from, to] of [["since", "until"], ["since", "peak_at"], ["first", "last"], ["from", "to"], [
      "last",
      "at",
    ]] as const
  ) {
    const length = time(to) - time(from);
    if (Number.isFinite(length)) out.push({ value: length, unit: "s", key: "duration" });
  }
  const before = fields.before as Record<string, unknown> | undefined;
  for (const [metric, usual] of Object.entries(before ?? {})) {
    const value = fields[metric];
    if (typeof value === "number" && typeof usual === "number" && usual > 0 && value > 0) {
      out.push({ value: value / usual, unit: "x", key: metric }, { value: usual / value, unit: "x", key: metric });
    }
  }
  if (typeof fields.value === "number" && typeof fields.others === "number" && fields.others > 0) {
    out.push({ value: fields.value / fields.others, unit: "x", key: "value" });
  }
  return out;
}

/** How often each instance ended, by its name. */
export function deaths(fields: Record<string, unknown>): Measure[] {
  if (!Array.isArray(fields.events)) return [];
  const counts = new Map<string, number>();
  for (const { kind, service } of fields.events as { kind?: unknown; service?: unknown }[]) {
    if (typeof service === "string" && (kind === "instance_exited" || kind === "instance_crash_looping")) {
      counts.set(service, (counts.get(service) ?? 0) + 1);
    }
  }
  return [...counts].map(([service, value]) => ({ value, unit: "n", key: "count", about: [service] }));
}

/** How many rows of a comparison have a trouble. */
export function countedRows(fields: Record<string, unknown>): Omit<Measure, "about">[] {
  const out: Omit<Measure, "about">[] = [];
  for (const name of ["instances", "routes"]) {
    const rows = fields[name];
    if (!Array.isArray(rows)) continue;
    const count = (test: (row: Record<string, unknown>) => boolean) =>
      rows.filter((row) => row && typeof row === "object" && test(row)).length;
    const metrics = new Set(rows.flatMap((row) => Object.keys((row as { peak?: object })?.peak ?? {})));
    for (const metric of metrics) {
      out.push({ value: count((row) => metric in (row.peak as object ?? {})), unit: "n", key: name });
    }
    out.push(
      { value: count((row) => row.up === false), unit: "n", key: name },
      { value: count((row) => typeof row.restarts === "number" && row.restarts > 0), unit: "n", key: name },
      { value: count((row) => typeof row.error_percent === "number" && row.error_percent > 0), unit: "n", key: name },
    );
  }
  return out;
}
