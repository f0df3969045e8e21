import * as v from "valibot";
import { downsample, isoSeconds, rounded } from "../sources/mod.ts";
import { boundQuery } from "./promql_bounds.ts";
import { type Unit, unitOfName } from "./quantities.ts";
import { defineTool, parameters } from "./tool.ts";

/** What `query_prometheus` answers. */
export interface QueryResult {
  readonly query: string;
  /** Guessed from the query: `seconds`, `bytes`, `per second`, `ratio`; null when it does not tell. */
  readonly unit: string | null;
  readonly from: string;
  readonly to: string;
  readonly series: readonly {
    labels: Readonly<Record<string, string>>;
    latest: number | null;
    min: number | null;
    max: number | null;
    max_at: string | null;
    points: readonly (readonly [at: string, value: number | null])[];
  }[];
  /** No series is no measurement; it is not zero. */
  readonly note: string | null;
  /** Why what was measured is to be doubted, in words. */
  readonly doubts?: readonly string[];
}

const MOST_SERIES = 20;
const MOST_POINTS = 24;

/** PromQL on the services that are described, now or over a stretch of time. */
export const queryPrometheus = defineTool({
  name: "query_prometheus",
  subject: "a query to Prometheus",
  description:
    "Evaluates PromQL now, or over the last `minutes`; few points per series, peaks kept; a selector that names no service gets the incident's own. No series means not measured, not zero.",
  schema: v.strictObject({
    query: v.pipe(v.string(), v.nonEmpty(), v.maxLength(2_000)),
    minutes: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(10_080)))),
  }),
  parameters: parameters({
    query: { type: "string" },
    minutes: { type: "number", minimum: 0, maximum: 10_080, description: "0 or absent: now only" },
  }, ["query"]),
  timeoutMs: 8_000,
  outputLimit: 4_000,
  covers: (earlier, wanted) => {
    const plain = (query: string) => query.replaceAll(/\s+/g, "");
    return plain(earlier.query) === plain(wanted.query) && (wanted.minutes ?? 0) <= (earlier.minutes ?? 0) * 1.5;
  },
  async run({ query: asked, minutes }, { situation, sources, signal, now }): Promise<QueryResult> {
    const { prometheus, services } = sources;
    const query = boundQuery(asked, { services, situation });
    const end = now().getTime() / 1000;
    const seconds = (minutes ?? 0) * 60;
    const step = Math.max(5, Math.ceil(seconds / 240));
    const remarks = new Set<string>();
    const server = prometheus.noting((said) => remarks.add(said));
    const found = seconds === 0
      ? await server.instant(query, end, signal)
      : await server.range(query, { start: end - seconds, end, step }, signal);
    const series = found.map(({ labels, points }) => {
      const finite = points.filter(([, value]) => Number.isFinite(value));
      const top = finite.reduce<typeof finite[number] | undefined>(
        (best, p) => best && best[1] >= p[1] ? best : p,
        undefined,
      );
      return {
        labels,
        latest: rounded(points.at(-1)?.[1]),
        min: finite.length > 0 ? rounded(Math.min(...finite.map(([, value]) => value))) : null,
        max: rounded(top?.[1]),
        max_at: top === undefined ? null : isoSeconds(top[0]),
        points: downsample(points, MOST_POINTS).map(([at, value]) => [isoSeconds(at), rounded(value)] as const),
      };
    }).sort((a, b) => (b.max ?? -Infinity) - (a.max ?? -Infinity));
    return {
      query,
      unit: unitOf(query),
      from: isoSeconds(end - seconds),
      to: isoSeconds(end),
      series: series.slice(0, MOST_SERIES),
      note: noteOf([
        series.length === 0 ? "no series matches: nothing was measured, which is not zero" : null,
        series.length > 0 && series.every(({ max }) => max === null)
          ? "none of the values is a finite number (NaN or infinite): nothing was counted, or divided by 0"
          : null,
        series.length > MOST_SERIES ? `${series.length - MOST_SERIES} series with smaller values are left out` : null,
        ...remarks,
      ]),
      ...(remarks.size > 0 ? { doubts: [...remarks] } : {}),
    };
  },
  gaps: ({ doubts = [] }) => doubts.map((reason) => ({ reason, partial: true })),
  facts(result, facts) {
    const { query = "" } = result;
    const named = measuredBy(query);
    const [unit, factor] = UNITS[result.unit ?? ""] ?? unitOfName(named.split(" ")[0]!);
    const differing = differingLabels(result.series ?? []);
    facts.count(result.series?.length, ["series"]).said(result.note).quote(result);
    for (const { labels, latest, min, max, points } of result.series ?? []) {
      const values = Object.values(labels ?? {});
      const owners = Object.entries(labels ?? {}).filter(([name]) => IDENTITY.test(name) || differing.has(name));
      const subject = {
        named: [named, ...values].join(" "),
        about: values,
        owners: owners.map(([, value]) => value).filter((value) => value.length > 1),
      };
      for (const value of [latest, min, max, ...(points ?? []).map(([, value]) => value)]) {
        if (value === null) continue;
        facts.number(value, null, subject);
        if (unit !== null) facts.number(value * factor, unit, subject);
      }
    }
  },
});

function noteOf(said: readonly (string | null)[]): string | null {
  const notes = said.filter((text) => text !== null);
  return notes.length === 0 ? null : notes.join("; ");
}

/** The guessed units, as the check knows them. */
const UNITS: Readonly<Record<string, readonly [Unit, factor: number]>> = {
  "seconds": ["s", 1],
  "bytes": ["MB", 2 ** -20],
  "cores": ["cores", 1],
  "ratio": ["ratio", 1],
  "per second": ["/s", 1],
};

/** Labels that say whose a series is. */
const IDENTITY = /^(?:instance|pod|node|host|hostname|container)$/;

/** The labels in which series differ. */
function differingLabels(series: QueryResult["series"]): ReadonlySet<string> {
  const names = new Set(series.flatMap(({ labels }) => Object.keys(labels ?? {})));
  return new Set([...names].filter((name) => new Set(series.map(({ labels }) => labels?.[name])).size > 1));
}

/** What a query is about: the names of its metrics, and which percentile or mean of them. */
function measuredBy(query: string): string {
  const plain = query.slice(0, 2_000).replaceAll(/\{[^}]{0,1000}\}|\[[^\]]{0,60}\]|"[^"]{0,200}"/g, " ")
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right) {0,3}\([^)]{0,300}\)/g, " ");
  const names = [...plain.matchAll(/[a-z_:][\w:]{0,200}(?![\w:]| {0,3}\()/gi)].map(([name]) => name)
    .filter((name) => !/^(?:and|or|unless|bool|offset|inf|nan)$/i.test(name));
  const quantile = /\bhistogram_quantile\( {0,3}0?\.(\d{1,3})|\bquantile(?:_over_time)?\( {0,3}0?\.(\d{1,3})/.exec(
    query,
  );
  const digits = quantile?.[1] ?? quantile?.[2];
  const mean = /_sum\b/.test(plain) && /_count\b/.test(plain);
  return [...names, ...(digits === undefined ? [] : [`p${digits.padEnd(2, "0")}`]), ...(mean ? ["mean"] : [])].join(
    " ",
  );
}

function unitOf(query: string): string | null {
  if (/\)\s*\/\s*(sum|rate|\()/.test(query) && !/_(sum|count)\b/.test(query)) return "ratio";
  if (/histogram_quantile|_seconds(_sum|_bucket)?\b/.test(query) && !/cpu_seconds/.test(query)) return "seconds";
  if (/_bytes\b/.test(query)) return /\brate\(/.test(query) ? "bytes per second" : "bytes";
  if (/cpu_seconds/.test(query)) return "cores";
  return /\b(i?rate)\(/.test(query) ? "per second" : null;
}
