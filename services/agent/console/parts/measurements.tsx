/** @jsxImportSource hono/jsx */
import * as v from "valibot";
import type { Line } from "../data/series.ts";
import { clock, figure, plain } from "../words.ts";
import { ChartFigure, visible } from "./common.tsx";

const nullable = v.nullish(v.number(), null);

const errorRate = v.object({
  error_percent: nullable,
  errors_per_second: nullable,
  requests_per_second: nullable,
  note: v.nullish(v.string(), null),
  above_objective: v.nullish(
    v.object({ objective_percent: v.number(), since: v.string(), peak_percent: v.number(), peak_at: v.string() }),
    null,
  ),
  history: v.array(v.object({ at: v.string(), error_percent: nullable, requests_per_second: nullable })),
  queries: v.nullish(v.array(v.string()), []),
});

/** The error rate as it was measured then, with the queries that measured it. */
export function ErrorRateResult(result: unknown, id: string) {
  const { error_percent: now, errors_per_second: errors, requests_per_second: requests, ...rest } = v.parse(
    errorRate,
    result,
  );
  const points = rest.history.map(({ at, error_percent }) => [Date.parse(at) / 1_000, error_percent] as const);
  const above = rest.above_objective;
  return (
    <>
      <p>
        {now === null ? "Not measured" : <b>{figure(now)} % of requests failed</b>}
        {errors === null || requests === null ? null : `: ${figure(errors)} of ${figure(requests)} per second`}
        {above === null
          ? null
          : `; above ${figure(above.objective_percent)} % since ${clock(above.since)}, at most ${
            figure(above.peak_percent)
          } %`}
        {rest.note === null ? null : `. ${visible(rest.note)}`}
      </p>
      <RecordedChart
        id={`${id}-chart`}
        title="Failed requests at that time"
        unit="percent"
        limit={above?.objective_percent ?? null}
        lines={[{ name: "failed requests", points }]}
      />
      <Queries queries={rest.queries} />
    </>
  );
}

const queried = v.object({
  query: v.string(),
  unit: v.nullish(v.string(), null),
  note: v.nullish(v.string(), null),
  series: v.array(v.object({
    labels: v.record(v.string(), v.string()),
    latest: nullable,
    max: nullable,
    points: v.nullish(v.array(v.tuple([v.string(), v.nullable(v.number())])), []),
  })),
});
const MOST_LINES = 8;

/** A query with what it answered. */
export function QueryResult(result: unknown, id: string) {
  const { query, unit, note, series } = v.parse(queried, result);
  const lines = series.slice(0, MOST_LINES).map(({ labels, points }) => ({
    name: Object.values(labels).join(" ") || "value",
    points: points.map(([at, value]) => [Date.parse(at) / 1_000, value] as const),
  }));
  return (
    <>
      <Queries queries={[query]} />
      {note === null ? null : <p>{visible(note)}</p>}
      {lines.some(({ points }) => points.length > 1)
        ? <RecordedChart id={`${id}-chart`} title="Result" unit={unit ?? ""} limit={null} lines={lines} />
        : null}
      <ul class="plain-list">
        {series.map(({ labels, latest }) => (
          <li>
            <code>{visible(JSON.stringify(labels))}</code> {latest === null ? "not measured" : figure(latest)}
          </li>
        ))}
      </ul>
    </>
  );
}

function RecordedChart({ id, title, unit, limit, lines }: {
  id: string;
  title: string;
  unit: string;
  limit: number | null;
  lines: readonly Line[];
}) {
  return <ChartFigure id={id} title={title} points={JSON.stringify({ unit, limit, lines })} />;
}

function Queries({ queries }: { queries: readonly string[] }) {
  return (
    <ul class="queries" aria-label="Queries">
      {queries.map((query) => (
        <li>
          <code>{visible(query)}</code>
        </li>
      ))}
    </ul>
  );
}

const cell = v.nullish(v.union([v.string(), v.number(), v.boolean(), v.record(v.string(), v.unknown())]), null);
const HEADS: Readonly<Record<string, string>> = {
  instance: "Instance",
  name: "Name",
  route: "Route",
  up: "Up",
  restarts: "Restarts",
  requests_per_second: "Requests/s",
  errors_per_second: "Errors/s",
  error_percent: "Failed %",
  share_of_errors_percent: "Of all errors %",
  latency_p95_ms: "p95 ms",
  latency_mean_ms: "Mean ms",
  cpu_cores: "CPU cores",
  memory_mb: "Memory MB",
};

/** Rows side by side, with what differs named above. */
export function TableResult(of: "instances" | "routes") {
  const schema = v.looseObject({
    [of]: v.array(v.record(v.string(), cell)),
    differing: v.nullish(
      v.array(v.looseObject({ who: v.string(), metric: v.string(), value: nullable, others: nullable })),
      [],
    ),
  });
  return (result: unknown) => {
    const parsed = v.parse(schema, result);
    const rows = parsed[of] as Record<string, unknown>[];
    const differing = parsed.differing as {
      who: string;
      metric: string;
      value: number | null;
      others: number | null;
    }[];
    const heads = Object.keys(HEADS).filter((name) =>
      rows.some((row) => row[name] !== null && row[name] !== undefined)
    );
    return (
      <>
        {differing.length === 0 ? <p>No outliers.</p> : (
          <ul class="plain-list">
            {differing.map(({ who, metric, value, others }) => (
              <li>
                <b>{visible(who)}</b> differs: {plain(metric)} {value === null ? "?" : figure(value)}, others{" "}
                {others === null ? "not measured" : figure(others)}
              </li>
            ))}
          </ul>
        )}
        <div class="scroll" tabindex={0} role="region" aria-label={`${of}, side by side`}>
          <table>
            <thead>
              <tr>{heads.map((name) => <th scope="col">{HEADS[name]}</th>)}</tr>
            </thead>
            <tbody>
              {rows.map((row) => <tr>{heads.map((name) => <td>{shown(row[name])}</td>)}</tr>)}
            </tbody>
          </table>
        </div>
      </>
    );
  };
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "number"
    ? figure(value)
    : typeof value === "boolean"
    ? (value ? "yes" : "no")
    : visible(String(value));
}
