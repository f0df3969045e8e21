import { inOrder, nameOf, where } from "../draft.ts";
import { ebbing, errorState } from "../../../signals/mod.ts";
import { clock, cores, listed, megabytes, milliseconds, percent, quoted } from "../wording.ts";
import { type Conclusion, errorOf, isAboutMemory, oneOfSeveral, trafficNote, wordsOf, writer } from "./common.ts";

/** Memory that runs out. */
export const memory: Conclusion = (signals, situation) => {
  const { memory: trouble, instances, shape, logs, errors } = signals;
  const row = trouble.rows[0]!;
  const usual = row.before.memory_mb ?? null;
  const grown = usual !== null && row.memory_mb !== null && row.memory_mb > usual * 1.2
    ? `, where ${megabytes(usual)} were usual`
    : "";
  const { memory_mb: peak } = row.peak;
  const over = !trouble.active && peak !== undefined && peak.until !== null;
  const now = row.memory_mb === null ? "" : `, and holds ${megabytes(row.memory_mb)} now`;
  const out = writer(signals, situation).cause(
    over
      ? `Memory ran out${where(trouble)}: ${nameOf(row)} held ${megabytes(peak.value)} until ${
        clock(peak.until!)
      }${now}.`
      : `Memory runs out${where(trouble)}: ${nameOf(row)} holds ${
        megabytes(row.memory_mb ?? peak?.value ?? 0)
      }${grown}.`,
    instances!.id,
  );
  if (shape !== undefined && isAboutMemory(wordsOf(shape))) {
    out.cause(`Requests fail with ${quoted(errorOf(shape))}.`, logs!.id);
  }
  const { recent, active } = errorState(signals);
  if (recent || active) out.errorRate().routes().instances(errors, "error_percent");
  const since = row.peak.memory_mb?.since;
  if (since !== undefined && !over) {
    out.claim(`${nameOf(row)} has been above its limit since ${clock(since)}.`, instances!.id);
  }
  const place = shape !== undefined && isAboutMemory(wordsOf(shape)) ? signals.frame : undefined;
  return out.instances(trouble, "memory_mb").step(
    `Restart ${listed(inOrder(trouble.rows.map(nameOf)))} one after the other to get time.`,
    "Take a heap snapshot of the next one before it is full.",
  ).finish({
    verdict: "cause_found",
    category: "memory",
    file: place?.file ?? null,
    line: place?.line ?? null,
    fix: "Find what holds the memory (a cache or a list without a limit is the usual reason) and bound it.",
    instances: trouble.rows.map(nameOf),
    routes: recent || active ? signals.failingRoutes.map((r) => r.route) : [],
  });
};

/** Requests that wait for something that is neither errors, processor nor traffic. */
export const latency: Conclusion = (signals, situation) => {
  const { latency: trouble, instances, routes, slowRoutes } = signals;
  const all = routes?.result.routes.filter((r) => (r.requests_per_second ?? 0) > 0) ?? [];
  const few = slowRoutes.length > 0 && slowRoutes.length < all.length;
  const row = trouble.rows[0];
  const out = writer(signals, situation);
  if (row !== undefined) {
    const value = row.latency_p95_ms ?? row.peak.latency_p95_ms?.value ?? 0;
    const usual = row.before.latency_p95_ms ?? null;
    out.cause(
      `Requests are slow${where(trouble)}: the 95th percentile on ${nameOf(row)} is ${milliseconds(value)}${
        usual === null || usual > value / 1.5 ? "" : `, where ${milliseconds(usual)} were usual`
      }.`,
      instances!.id,
    );
    if (row.cpu_cores !== null) {
      out.cause(`It waits rather than computes: ${nameOf(row)} uses ${cores(row.cpu_cores)}.`, instances!.id);
    }
  }
  if (slowRoutes.length > 0) {
    const slow = slowRoutes[0]!;
    const value = slow.latency_p95_ms ?? slow.peak.latency_p95_ms?.value ?? 0;
    out.cause(
      few
        ? `Only ${listed(slowRoutes.slice(0, 4).map((r) => r.route))} ${
          slowRoutes.length === 1 ? "is" : "are"
        } slow: the 95th percentile of ${slow.route} is ${milliseconds(value)}.`
        : `Every route is slow, so it is what they share: the 95th percentile of ${slow.route} is ${
          milliseconds(value)
        }.`,
      routes!.id,
    );
  }
  const above = signals.rate?.result.above_objective;
  const failing = signals.rate?.result.error_percent ?? null;
  if (above && failing !== null && ebbing(signals)) {
    out.cause(
      `Errors of before are ending: ${percent(failing)}, after ${percent(above.peak_percent)} at ${
        clock(above.peak_at)
      }.`,
      signals.rate!.id,
    );
  }
  trafficNote(out, signals);
  return out.instances(trouble, "latency_p95_ms").step(
    ...oneOfSeveral(signals, trouble),
    few
      ? `Trace one slow request to ${slowRoutes[0]!.route}.`
      : "Look at what all routes share: the store, the disk, another service.",
  ).finish({
    verdict: "cause_found",
    category: "latency",
    fix: few
      ? `Find what ${slowRoutes[0]!.route} waits for, and bound that wait with a time limit.`
      : "Find what requests wait for (store, disk, another service), and bound that wait with a time limit.",
    instances: trouble.rows.map(nameOf),
    routes: few ? slowRoutes.map((r) => r.route) : [],
  });
};
