import type { Result } from "./judge.ts";

/** What a run of the lab came to; `RUN_DIR/lab/report.json`. */
export interface Report {
  readonly at: string;
  readonly brain: string;
  /** How many times shorter than shipped all windows were. */
  readonly speed: number;
  readonly seeds: readonly number[];
  readonly summary: Summary;
  /** The same for each kind of scenario. */
  readonly kinds: Readonly<Record<string, Summary>>;
  readonly scenarios: readonly Result[];
}

/** Counts over runs of scenarios. */
export interface Summary {
  /** Runs, controls included. */
  readonly scenarios: number;
  /** Runs with verdict, place and line right. */
  readonly correct: number;
  readonly controls: number;
  /** Runs in which a cause was named where there was none. */
  readonly false_alarms: number;
  readonly claims: number;
  readonly supported_claims: number;
  readonly verdicts_ok: number;
  readonly places_ok: number;
  readonly lines_ok: number;
  /** Medians over the runs with a fault that was diagnosed, in seconds of the run. */
  readonly median_seconds: Readonly<Record<keyof Result["seconds"], number | null>>;
  readonly tool_calls: number;
  readonly tokens: number;
  /** US dollars; null where no price is known. */
  readonly cost: number | null;
}

/** Whether a run came to the right verdict, place and line. */
export function isCorrect(result: Result): boolean {
  return result.verdict_ok && result.place_ok && result.line_ok;
}

/** What a report is made with. */
export interface ReportOptions {
  readonly at: string;
  readonly brain: string;
  readonly speed: number;
  readonly seeds: readonly number[];
  /** US dollars for a million tokens. */
  readonly tokenPrice?: number | undefined;
}

/** The report of these results, in the order of their names. */
export function reportOf(results: readonly Result[], options: ReportOptions): Report {
  const { tokenPrice, ...head } = options;
  const sorted = results.toSorted((a, b) => a.name.localeCompare(b.name) || a.seed - b.seed);
  const kinds = [...new Set(sorted.map(({ kind }) => kind))].sort();
  return {
    ...head,
    summary: summaryOf(sorted, tokenPrice),
    kinds: Object.fromEntries(
      kinds.map((kind) => [kind, summaryOf(sorted.filter((result) => result.kind === kind), tokenPrice)]),
    ),
    scenarios: sorted,
  };
}

function summaryOf(results: readonly Result[], tokenPrice: number | undefined): Summary {
  const count = (test: (result: Result) => boolean) => results.filter(test).length;
  const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0);
  const tokens = sum((result) => result.tokens);
  const times = (name: keyof Result["seconds"]) =>
    median(results.filter((r) => !r.control).map((r) => r.seconds[name]).filter((s) => s !== null));
  return {
    scenarios: results.length,
    correct: count(isCorrect),
    controls: count((result) => result.control),
    false_alarms: count((result) => result.false_alarm),
    claims: sum((result) => result.claims),
    supported_claims: sum((result) => result.supported_claims),
    verdicts_ok: count((result) => result.verdict_ok),
    places_ok: count((result) => result.place_ok),
    lines_ok: count((result) => result.line_ok),
    median_seconds: {
      to_alert: times("to_alert"),
      to_diagnosis: times("to_diagnosis"),
      to_message: times("to_message"),
      floor: times("floor"),
      beyond_floor: times("beyond_floor"),
    },
    tool_calls: sum((result) => result.tool_calls),
    tokens,
    cost: tokens === 0 ? 0 : tokenPrice === undefined ? null : tokens * tokenPrice / 1e6,
  };
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? null;
}
