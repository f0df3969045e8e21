import { isShopRight, type ShopResult } from "./judge.ts";

/** Counts over runs. */
export interface ShopCount {
  readonly runs: number;
  readonly right: number;
  readonly service: number;
  readonly kind: number;
  readonly place: number;
  readonly line: number;
  readonly one_page: number;
}

/** How often causes that were told with a confidence from `from` on, below the next, were right. */
export interface Calibration {
  readonly from: number;
  readonly causes: number;
  readonly right: number;
}

/** What a run of the shop came to. */
export interface ShopReport {
  readonly at: string;
  readonly system: "shop";
  readonly brain: string;
  readonly speed: number;
  readonly seeds: readonly number[];
  /** Which program ran where a machine may have another, e.g. `Python 3.11.7`. */
  readonly programs: Readonly<Record<string, string>>;
  readonly summary: {
    readonly scenarios: number;
    readonly correct: number;
    readonly controls: number;
    readonly false_alarms: number;
    readonly claims: number;
    readonly supported_claims: number;
    /** Pages, and truths that there were to be told. */
    readonly pages: number;
    readonly truths: number;
  };
  readonly distances: Readonly<Record<string, ShopCount>>;
  readonly calibration: readonly Calibration[];
  readonly scenarios: readonly ShopResult[];
}

const STEPS = [0, 0.5, 0.6, 0.7, 0.8, 0.9];

/** The report of these results, in the order of their names. */
export function shopReportOf(
  results: readonly ShopResult[],
  head: Pick<ShopReport, "at" | "brain" | "speed" | "seeds" | "programs">,
): ShopReport {
  const sorted = results.toSorted((a, b) => a.name.localeCompare(b.name) || a.seed - b.seed);
  const sum = (of: (result: ShopResult) => number) => sorted.reduce((total, result) => total + of(result), 0);
  const faults = sorted.filter(({ control }) => !control);
  const causes = sorted.flatMap((result) => result.causes);
  const distances = [1, 2, 3].map((distance) =>
    [`${distance}`, countOf(faults.filter((result) => result.distance === distance))] as const
  );
  return {
    ...head,
    system: "shop",
    summary: {
      scenarios: sorted.length,
      correct: sorted.filter(isShopRight).length,
      controls: sorted.filter(({ control }) => control).length,
      false_alarms: sorted.filter((result) => result.false_alarm).length,
      claims: sum((result) => result.claims),
      supported_claims: sum((result) => result.supported_claims),
      pages: faults.reduce((total, result) => total + result.pages, 0),
      truths: faults.reduce((total, { truth }) => total + (truth === "none" ? 0 : truth.length), 0),
    },
    distances: {
      ...Object.fromEntries(distances),
      all: countOf(faults),
      control: countOf(sorted.filter((r) => r.control)),
    },
    calibration: STEPS.map((from, index) => {
      const inside = causes.filter(({ confidence }) => confidence >= from && confidence < (STEPS[index + 1] ?? 2));
      return { from, causes: inside.length, right: inside.filter(({ right }) => right).length };
    }),
    scenarios: sorted,
  };
}

function countOf(results: readonly ShopResult[]): ShopCount {
  const count = (test: (result: ShopResult) => boolean) => results.filter(test).length;
  return {
    runs: results.length,
    right: count(isShopRight),
    service: count((result) => result.service_ok),
    kind: count((result) => result.verdict_ok),
    place: count((result) => result.place_ok),
    line: count((result) => result.line_ok),
    one_page: count((result) => result.pages_ok),
  };
}

/** One line about a run that has just ended, and what was wrong with it. */
export function shopLine(result: ShopResult): string {
  const { name, seed, distance, seconds, pages, diagnosis, failed, wrong } = result;
  const time = (value: number | null) => (value === null ? "–" : value.toFixed(1)).padStart(6);
  const mark = isShopRight(result) ? "right" : "WRONG";
  const head = `${mark.padEnd(6)}${`${name} (${seed})`.padEnd(46)}${`${distance ?? "–"}`.padStart(3)}` +
    `${time(seconds.to_alert)}${time(seconds.to_diagnosis)}${`${pages}`.padStart(6)}` +
    `${(diagnosis?.confidence ?? 0).toFixed(2).padStart(7)}`;
  const why = failed === undefined ? wrong : [`could not be run: ${failed}`];
  return [head, ...why.map((text) => `        ${text.replaceAll(/\s+/g, " ").slice(0, 400)}`)].join("\n");
}

/** The heading over {@linkcode shopLine}s. */
export const SHOP_HEAD = `${"".padEnd(6)}${"scenario".padEnd(44)} hops alert diagn pages   sure`;

/** The report as tables. */
export function shopTables(report: ShopReport): string[] {
  const row = (name: string, c: ShopCount) =>
    `${name.padEnd(10)}${`${c.right}/${c.runs}`.padStart(9)}${
      [c.service, c.kind, c.place, c.line, c.one_page].map((value) => `${value}`.padStart(9)).join("")
    }`;
  const { summary, calibration, distances, brain, speed, seeds, programs } = report;
  return [
    `${brain} brain, windows ${speed} times as short as shipped, seed ${seeds.join(", ")}; ` +
    Object.entries(programs).map(([name, version]) => `${name}: ${version}`).join(", "),
    `${"hops".padEnd(10)}${"right".padStart(9)}${
      ["service", "kind", "place", "line", "pages"].map((name) => name.padStart(9)).join("")
    }`,
    ...Object.entries(distances).map(([name, count]) => row(name, count)),
    `false alarms ${summary.false_alarms} of ${summary.controls} controls; ${summary.pages} pages for ${summary.truths} ` +
    `causes; ${summary.supported_claims} of ${summary.claims} claims supported`,
    `${"confidence".padEnd(12)}${"causes".padStart(8)}${"right".padStart(8)}`,
    ...calibration.map(({ from, causes, right }) =>
      `${`from ${from.toFixed(1)}`.padEnd(12)}${`${causes}`.padStart(8)}${`${right}`.padStart(8)}`
    ),
  ];
}
