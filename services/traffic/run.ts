import { setImmediate } from "node:timers";
import { VERSION } from "../lib/configuration/mod.ts";
import { createPacer, type Pacer } from "./pacer.ts";
import { momentOf } from "./profile.ts";
import { createRandom, drawSeed } from "./random.ts";
import { planRequests } from "./requests.ts";
import { finalReport, type Report } from "./report.ts";
import { type Arrival, arrivals } from "./schedule.ts";
import type { TrafficOptions } from "./settings.ts";
import { Tally } from "./tally.ts";
import { createTransport, type Transport } from "./transport.ts";

/** Progress of a run. */
export interface Progress {
  /** Seconds since the start. */
  readonly elapsed: number;
  /** Length of the interval that `interval` covers, in seconds. */
  readonly seconds: number;
  readonly phase: string;
  /** Rate of the profile at this moment, in requests/s. */
  readonly rps: number;
  readonly inFlight: number;
  readonly total: Tally;
  /** Since the last call; the next one has the same object again. */
  readonly interval: Tally;
}

/** Dependencies and listeners of a run. */
export interface TrafficDeps {
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number;
  readonly date?: () => Date;
  /** The caller that provides one closes it. */
  readonly pacer?: Pacer;
  /** Calls back once what has arrived meanwhile has been handled. */
  readonly soon?: (call: () => void) => void;
  readonly transport?: Transport;
  readonly setInterval?: (call: () => void, ms: number) => number;
  readonly clearInterval?: (timer: number) => void;
  /** Aborted: sends nothing more and waits for requests in flight. */
  readonly stop?: AbortSignal;
  /** Aborted: requests in flight end as errors. */
  readonly abandon?: AbortSignal;
  /** Called every `progressEvery` seconds (default `reportEvery`). */
  readonly onProgress?: (progress: Progress) => void;
  readonly progressEvery?: number;
}

/** Most overdue requests that leave at once, before responses are read. */
const BATCH = 64;

/** Moments this near are awaited by turns of the event loop, because a sleep would take longer. */
const SOON_MS = 0.1;

/** Connections are opened in advance for this many seconds of requests. */
const OPEN_AHEAD_S = 0.02;
/** Longest wait for those connections, in milliseconds: a service that takes none delays no run. */
const OPEN_AHEAD_MS = 1_000;

/** Sends the traffic that `options` describe, from the first request to the last answer. */
export async function runTraffic(options: TrafficOptions, deps: TrafficDeps = {}): Promise<Report> {
  const { now = () => performance.now(), date = () => new Date(), soon = setImmediate } = deps;
  const seed = options.seed ?? drawSeed();
  const transport = deps.transport ??
    createTransport({
      url: options.url,
      timeoutMs: options.timeout * 1000,
      userAgent: `oncall-traffic/${VERSION}`,
    });
  const pacer = deps.pacer ?? createPacer();
  const planner = planRequests(options, createRandom(seed));
  const schedule = arrivals(options);
  const total = new Tally();
  const interval = new Tally();
  let inFlight = 0;
  let next: Arrival | undefined = schedule.next().value ?? undefined;
  const started = Promise.withResolvers<void>();
  const drained = Promise.withResolvers<void>();
  await pacer.ready;
  await openAhead(transport, options);
  const startedAt = date();
  // A moment ahead, so that the first request is not late already.
  const startMs = now() + 20;
  let endMs = startMs + options.duration * 1000;

  function sendOne(arrival: Arrival): void {
    const dueMs = startMs + arrival.dueMs;
    if (inFlight >= options.maxConcurrency) {
      planner.skip();
      total.drop();
      interval.drop();
      return;
    }
    inFlight++;
    const sentMs = now();
    total.send(sentMs - dueMs);
    interval.send(sentMs - dueMs);
    transport.send(planner.plan(arrival)).then((outcome) => {
      inFlight--;
      const moments = { dueMs, sentMs, endedMs: now() };
      total.end(outcome, moments);
      interval.end(outcome, moments);
      if (next === undefined && inFlight === 0) drained.resolve();
    });
  }

  function sendDue(): void {
    for (let i = 0; next !== undefined && i < BATCH && startMs + next.dueMs <= now(); i++) {
      const arrival = next;
      next = schedule.next().value ?? undefined;
      sendOne(arrival);
    }
    if (next !== undefined) {
      const dueMs = startMs + next.dueMs;
      if (dueMs - now() < SOON_MS) soon(sendDue);
      else pacer.at(dueMs, sendDue);
    } // The run lasts its whole duration, even when nothing falls due in the last part of it.
    else pacer.at(endMs, started.resolve);
  }

  const stop = () => {
    if (next === undefined) return started.resolve();
    endMs = Math.min(endMs, Math.max(startMs, now()));
    next = undefined;
    pacer.at(endMs, started.resolve);
  };
  const abandon = () => {
    stop();
    transport.close();
  };
  deps.stop?.addEventListener("abort", stop);
  deps.abandon?.addEventListener("abort", abandon);
  const seconds = deps.progressEvery ?? options.reportEvery;
  const { setInterval: every = globalThis.setInterval, clearInterval: never = globalThis.clearInterval } = deps;
  let lastMs = startMs;
  const tell = () => {
    const at = now();
    deps.onProgress?.({
      elapsed: (at - startMs) / 1000,
      seconds: (at - lastMs) / 1000,
      ...momentOf(options, (at - startMs) / 1000),
      inFlight,
      total,
      interval,
    });
    lastMs = at;
    interval.reset();
  };
  const timer = deps.onProgress && every(tell, seconds * 1000);

  try {
    if (deps.stop?.aborted) stop();
    sendDue();
    await started.promise;
    if (inFlight > 0) await drained.promise;
    // What has happened since the last interval ended.
    if (interval.scheduled > 0) tell();
  } finally {
    if (timer !== undefined) never(timer);
    deps.stop?.removeEventListener("abort", stop);
    deps.abandon?.removeEventListener("abort", abandon);
    if (deps.pacer === undefined) pacer.close();
    transport.close();
  }
  return finalReport(options, {
    seed,
    startedAt,
    seconds: (endMs - startMs) / 1000,
    interrupted: (deps.stop?.aborted || deps.abandon?.aborted) ?? false,
    resent: transport.resent,
    tally: total,
  });
}

/** Connections for the first requests, which would otherwise wait for each other's handshakes. */
async function openAhead(transport: Transport, options: TrafficOptions): Promise<void> {
  const count = Math.min(options.maxConcurrency, Math.floor(momentOf(options, 0).rps * OPEN_AHEAD_S));
  if (count === 0 || transport.open === undefined) return;
  let timer: number | undefined;
  const enough = new Promise<void>((resolve) => timer = setTimeout(resolve, OPEN_AHEAD_MS));
  await Promise.race([transport.open(count), enough]);
  clearTimeout(timer);
}
