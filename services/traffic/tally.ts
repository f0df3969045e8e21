import { build, encodeIntoCompressedBase64, type Histogram } from "hdr-histogram-js";
import type { Outcome } from "./connection.ts";

/** Percentiles of a histogram, in milliseconds; absent when nothing was recorded. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly mean: number;
}

/** When a request was due, left and ended, on one clock, in milliseconds. */
export interface Times {
  readonly dueMs: number;
  readonly sentMs: number;
  readonly endedMs: number;
}

const MAX_US = 3_600_000_000;

/** A histogram of microseconds with three significant digits. */
export function createHistogram(): Histogram {
  return build({ bitBucketSize: 32, lowestDiscernibleValue: 1, highestTrackableValue: MAX_US, autoResize: false });
}

function record(histogram: Histogram, ms: number): void {
  histogram.recordValue(Math.min(MAX_US, Math.max(0, Math.round(ms * 1000))));
}

/** Percentiles of a histogram of microseconds. */
export function percentiles(histogram: Histogram): Percentiles | undefined {
  if (histogram.totalCount === 0) return undefined;
  const at = (percentile: number) => Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue) / 1000;
  return {
    p50: at(50),
    p95: at(95),
    p99: at(99),
    max: histogram.maxValue / 1000,
    mean: Math.round(histogram.mean) / 1000,
  };
}

/** A histogram in HdrHistogram's portable form (V2, compressed, base64), which other tools can read and merge. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram);
}

/**
 * The account of a run, or of a part of it. Every scheduled request that has ended is in exactly one of `ok`,
 * `errors`, `timeouts` and `dropped`.
 */
export class Tally {
  scheduled = 0;
  /** Answered with a status below 500. */
  ok = 0;
  /** Answered with 5xx, or failed without an answer before the time-out. */
  errors = 0;
  timeouts = 0;
  /** Due, and not sent because too many were in flight. */
  dropped = 0;
  readonly statuses = new Map<number, number>();
  readonly failures = new Map<string, number>();
  /** From due to answered, in microseconds; a time-out counts with the time that it was given. */
  readonly latency = createHistogram();
  /** From sent to answered, in microseconds. */
  readonly service = createHistogram();
  /** From due to sent, in microseconds: the generator's own delay. */
  readonly sendLag = createHistogram();

  get sent(): number {
    return this.scheduled - this.dropped;
  }

  get ended(): number {
    return this.ok + this.errors + this.timeouts + this.dropped;
  }

  /** Share of the ended requests that were errors or time-outs, in percent; dropped ones are left out. */
  get errorPercent(): number {
    const ended = this.ok + this.errors + this.timeouts;
    return ended === 0 ? 0 : (this.errors + this.timeouts) / ended * 100;
  }

  drop(): void {
    this.scheduled++;
    this.dropped++;
  }

  send(lagMs: number): void {
    this.scheduled++;
    record(this.sendLag, lagMs);
  }

  end(outcome: Outcome, times: Times): void {
    if ("status" in outcome) {
      count(this.statuses, outcome.status);
      if (outcome.status < 500) this.ok++;
      else this.errors++;
    } else {
      count(this.failures, outcome.failure);
      if (outcome.failure === "timeout") this.timeouts++;
      else this.errors++;
      // A refused or broken connection ends at once: as a latency it would make a bad service look quick.
      if (outcome.failure !== "timeout") return;
    }
    record(this.latency, times.endedMs - times.dueMs);
    record(this.service, times.endedMs - times.sentMs);
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
