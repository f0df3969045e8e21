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
export interface Moments {
  readonly dueMs: number;
  readonly sentMs: number;
  readonly endedMs: number;
}

const MAX_US = 3_600_000_000;

/** Times of many requests: an HdrHistogram of microseconds with three significant digits. */
export class Times {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_US,
    autoResize: false,
  });
  // The library goes through all buckets for a mean: tens of milliseconds, in which nothing would be sent.
  #sumUs = 0;

  record(ms: number): void {
    const us = Math.min(MAX_US, Math.max(0, Math.round(ms * 1000)));
    this.#sumUs += us;
    this.#histogram.recordValue(us);
  }

  /** Forgets everything; a new one would be a hundred kilobytes. */
  reset(): void {
    this.#histogram.reset();
    this.#sumUs = 0;
  }

  /** Adds another one's records. */
  add(other: Times): void {
    this.#histogram.add(other.#histogram);
    this.#sumUs += other.#sumUs;
  }

  /** Cheap enough for a live display. */
  percentiles(): Percentiles | undefined {
    const histogram = this.#histogram;
    if (histogram.totalCount === 0) return undefined;
    const at = (percentile: number) => Math.min(histogram.getValueAtPercentile(percentile), histogram.maxValue) / 1000;
    return {
      p50: at(50),
      p95: at(95),
      p99: at(99),
      max: histogram.maxValue / 1000,
      mean: Math.round(this.#sumUs / histogram.totalCount) / 1000,
    };
  }

  /** The histogram in HdrHistogram's portable form (V2, compressed, base64), which other tools can read and merge. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }
}

/**
 * The account of a run, or of a part of it. Every scheduled request that has ended is in exactly one of `ok`,
 * `errors`, `timeouts` and `dropped`.
 */
export class Tally {
  scheduled = 0;
  /** Answered with a status below 500. */
  ok = 0;
  /** Answered with 5xx, or failed without a response before the timeout. */
  errors = 0;
  timeouts = 0;
  /** Due, and not sent because too many were in flight. */
  dropped = 0;
  readonly statuses = new Map<number, number>();
  readonly failures = new Map<string, number>();
  /** From due to answered; a timeout counts with its full length. */
  readonly latency = new Times();
  /** From sent to answered. */
  readonly service = new Times();
  /** From due to sent: the generator's own delay. */
  readonly sendLag = new Times();

  get sent(): number {
    return this.scheduled - this.dropped;
  }

  get ended(): number {
    return this.ok + this.errors + this.timeouts + this.dropped;
  }

  /** Share of the ended requests that were errors or timeouts, in percent; dropped ones are left out. */
  get errorPercent(): number {
    const ended = this.ok + this.errors + this.timeouts;
    return ended === 0 ? 0 : (this.errors + this.timeouts) / ended * 100;
  }

  drop(): void {
    this.scheduled++;
    this.dropped++;
  }

  /** Starts again. */
  reset(): void {
    this.scheduled = this.dropped = 0;
    this.ok = this.errors = this.timeouts = 0;
    this.statuses.clear();
    this.failures.clear();
    for (const times of [this.latency, this.service, this.sendLag]) times.reset();
  }

  send(lagMs: number): void {
    this.scheduled++;
    this.sendLag.record(lagMs);
  }

  end(outcome: Outcome, moments: Moments): void {
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
    this.latency.record(moments.endedMs - moments.dueMs);
    this.service.record(moments.endedMs - moments.sentMs);
  }
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
