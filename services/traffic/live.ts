import { LiveBlock, Output, type OutputDeps, percent, sparkline } from "../lib/terminal/mod.ts";
import { lagSpoils, ms } from "./report.ts";
import type { Progress } from "./run.ts";

/** One line about the last interval, for a pipe or a log. */
export function progressLine({ elapsed, seconds, phase, interval, total, inFlight }: Progress): string {
  const latency = interval.latency.percentiles() ?? null;
  const lag = interval.sendLag.percentiles() ?? null;
  return [
    `${elapsed.toFixed(0).padStart(5)} s`,
    phase.padEnd(12),
    `${(interval.sent / seconds).toFixed(1).padStart(7)}/s`,
    `sent ${interval.sent}`,
    `ok ${interval.ok}`,
    `errors ${interval.errors + interval.timeouts} (${interval.errorPercent.toFixed(1)} %)`,
    ...(interval.dropped > 0 ? [`dropped ${interval.dropped}`] : []),
    latency === null
      ? "no answers"
      : `p50 ${ms(latency.p50)}  p95 ${ms(latency.p95)}  p99 ${ms(latency.p99)}  max ${ms(latency.max)}`,
    ...(lag === null ? [] : [`lag p99 ${ms(lag.p99)}${lagSpoils(lag, latency) ? " (late)" : ""}`]),
    `in flight ${inFlight}`,
    `total ${total.sent}`,
  ].join("  ");
}

/** More than any terminal is wide. */
const HISTORY = 500;
const LABELS = ["rate", "errors", "p50", "p99"] as const;
const LABEL_WIDTH = 8;
const VALUE_WIDTH = 12;

/** A run on a terminal: charts of rate, errors and latency that grow to the right, a character an interval. */
export class LiveDisplay {
  readonly #block: LiveBlock;
  readonly #out: Output;
  readonly #columns: () => number;
  readonly #durationS: number;
  readonly #history: Readonly<Record<typeof LABELS[number], (number | null)[]>> = {
    rate: [],
    errors: [],
    p50: [],
    p99: [],
  };

  constructor(output: OutputDeps, options: { duration: number }) {
    this.#block = new LiveBlock(output.write);
    this.#out = new Output(output);
    this.#columns = output.columns;
    this.#durationS = options.duration;
  }

  /** Draws the current state of the run. */
  show(progress: Progress): void {
    const { seconds, interval } = progress;
    const latency = interval.latency.percentiles();
    const answered = interval.ok + interval.errors + interval.timeouts;
    const now = {
      rate: interval.sent / seconds,
      errors: answered === 0 ? null : interval.errorPercent,
      p50: latency?.p50 ?? null,
      p99: latency?.p99 ?? null,
    };
    for (const label of LABELS) {
      this.#history[label].push(now[label]);
      if (this.#history[label].length > HISTORY) this.#history[label].shift();
    }
    this.#block.draw(this.#lines(progress, now));
  }

  /** Leaves the last picture on the screen. */
  end(): void {
    this.#block.leave();
  }

  #lines(progress: Progress, now: Readonly<Record<typeof LABELS[number], number | null>>): string[] {
    const { elapsed, phase, rps, inFlight, total, interval } = progress;
    const columns = this.#columns() - 1;
    const lag = total.sendLag.percentiles() ?? null;
    const late = lagSpoils(lag, total.latency.percentiles() ?? null);
    const values = {
      rate: now.rate === null ? "-" : `${now.rate.toFixed(1)}/s`,
      errors: now.errors === null ? "-" : percent(now.errors / 100),
      p50: now.p50 === null ? "-" : ms(now.p50),
      p99: now.p99 === null ? "-" : ms(now.p99),
    };
    const width = Math.max(8, columns - LABEL_WIDTH - VALUE_WIDTH - 1);
    const chart = (label: typeof LABELS[number]) => {
      const bars = sparkline(this.#history[label], { width, ...(label === "errors" ? { max: 100 } : {}) });
      const tone = label === "errors" ? (now.errors ?? 0) > 0 ? "bad" : "good" : "plain";
      return this.#out.paint(label.padEnd(LABEL_WIDTH), "quiet") +
        this.#out.paint(values[label].padStart(VALUE_WIDTH), tone) +
        ` ${this.#out.paint(bars, tone)}`;
    };
    const head = `${elapsed.toFixed(0)} s of ${this.#durationS} s  ${phase}, ${rps.toFixed(1)}/s`;
    const counts = `sent ${total.sent}  ok ${total.ok}  errors ${total.errors}  timeouts ${total.timeouts}  ` +
      `dropped ${total.dropped}  in flight ${inFlight}`;
    const own = lag === null ? "" : `  lag p99 ${ms(lag.p99)}`;
    return [
      this.#out.paint(head.slice(0, columns), "strong"),
      ...LABELS.map(chart),
      counts.slice(0, columns) +
      this.#out.paint(counts.length + own.length < columns ? own : "", late || interval.dropped > 0 ? "warn" : "quiet"),
    ];
  }
}
