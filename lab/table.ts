import type { Result } from "./judge.ts";
import { isCorrect, type Report, type Summary } from "./report.ts";

/** One line about a run that has just ended. */
export function resultLine(result: Result): string {
  const { seconds: { to_alert, to_diagnosis, to_message, beyond_floor } } = result;
  const times = [to_alert, to_diagnosis, to_message, beyond_floor].map((s) =>
    (s === null ? "–" : s.toFixed(1)).padStart(6)
  ).join("");
  const mark = isCorrect(result) ? "right" : "WRONG";
  const cells = [mark.padEnd(6), label(result).padEnd(52), times, `  ${result.supported_claims}/${result.claims}`];
  const why = result.failed === undefined ? result.wrong : [`could not be run: ${result.failed}`];
  return [cells.join(""), ...why.map((text) => `        ${text.replaceAll(/\s+/g, " ").slice(0, 300)}`)].join("\n");
}

/** The heading over {@linkcode resultLine}s. */
export const RESULT_HEAD = `${"".padEnd(6)}${"scenario".padEnd(52)}${" alert diagn  told  ours"}  claims`;

/** The report as a table. */
export function tableLines({ summary, kinds, speed, brain, seeds }: Report): string[] {
  const row = (name: string, s: Summary) => {
    const { to_alert, to_diagnosis, to_message, beyond_floor } = s.median_seconds;
    const seconds = (value: number | null) => (value === null ? "–" : value.toFixed(1)).padStart(7);
    return `${name.padEnd(10)}${`${s.correct}/${s.scenarios}`.padStart(9)}${`${s.verdicts_ok}`.padStart(9)}` +
      `${`${s.places_ok}`.padStart(7)}${`${s.lines_ok}`.padStart(6)}${`${s.false_alarms}`.padStart(8)}` +
      `${`${s.supported_claims}/${s.claims}`.padStart(11)}${seconds(to_alert)}${seconds(to_diagnosis)}` +
      `${seconds(to_message)}${seconds(beyond_floor)}${
        (s.tool_calls / Math.max(1, s.scenarios)).toFixed(1).padStart(7)
      }` +
      `${`${s.tokens}`.padStart(9)}${(s.cost === null ? "?" : s.cost.toFixed(2)).padStart(7)}`;
  };
  return [
    `${brain} brain, windows ${speed} times as short as shipped, seed ${seeds.join(", ")}`,
    `${"kind".padEnd(10)}${"right".padStart(9)}${"verdict".padStart(9)}${"place".padStart(7)}${"line".padStart(6)}` +
    `${"alarms".padStart(8)}${"supported".padStart(11)}${"alert".padStart(7)}${"diagn".padStart(7)}` +
    `${"told".padStart(7)}${"ours".padStart(7)}${"calls".padStart(7)}${"tokens".padStart(9)}${"cost".padStart(7)}`,
    ...Object.entries(kinds).map(([kind, s]) => row(kind, s)),
    row("all", summary),
    "alarms: a cause named where there is none; alert, diagn, told: median seconds from the onset; calls: per run; cost: US dollars",
    "ours: median seconds to the diagnosis beyond what the error rate's rule waits for (its limit crossed, `for`, group_wait)",
  ];
}

function label({ name, seed }: Result): string {
  return `${name} (${seed})`;
}
