import type { InstanceRow } from "../../../tools/mod.ts";
import { costOf } from "../../../signals/mod.ts";
import { nameOf, where } from "../draft.ts";
import { hangingSentences } from "./unresponsive.ts";
import { cores, milliseconds } from "../wording.ts";
import { type Conclusion, oneOfSeveral, trafficNote, writer } from "./common.ts";

/** Instances that are computing all the time. */
export const cpu: Conclusion = (signals, situation) => {
  const { cpu: trouble, computing, latency, instances, objectives, slowRoutes } = signals;
  const row = trouble.rows[0]!;
  const out = writer(signals, situation);
  const costly = computing.includes(row);
  // What was measured last says nothing about now.
  const used = row.up === false ? null : row.cpu_cores ?? row.peak.cpu_cores?.value ?? null;
  const uses = used === null ? "" : `: ${nameOf(row)} uses ${cores(used)}`;
  const what = costly ? "Requests take their time by computing" : "The processor is the limit";
  out.cause(`${what}${where(trouble)}${uses}.`, used === null ? undefined : instances!.id);
  if (costly) out.cause(costSentence(row), instances!.id);
  hangingSentences(out, signals);
  if (latency.rows.length > 0) {
    const slow = latency.rows[0]!;
    const value = slow.latency_p95_ms ?? slow.peak.latency_p95_ms?.value ?? 0;
    out.cause(`Requests wait for it: the 95th percentile on ${nameOf(slow)} is ${milliseconds(value)}.`, instances!.id);
  }
  trafficNote(out, signals);
  return out.instances(trouble, "cpu_cores").instances(latency, "latency_p95_ms").step(
    ...oneOfSeveral(signals, trouble),
    "Take a CPU profile of one of them to see which code it is.",
    "Scale up meanwhile: more instances share the work.",
  ).finish({
    verdict: "cause_found",
    category: "cpu",
    fix: costly
      ? "Find the computation that each request waits for and make it cheaper, or move it off the request's path."
      : `Find the computation that keeps a whole core busy (limit: ${
        cores(objectives.cpu_cores)
      }) and make it cheaper or move it off the request's path.`,
    instances: trouble.rows.map(nameOf),
    routes: slowRoutes.map((r) => r.route),
  });
};

function costSentence(row: InstanceRow): string {
  const { cost, mean } = costOf(row)!;
  const usual = row.before.cpu_per_request_ms;
  const before = typeof usual === "number" ? `, where ${milliseconds(usual)} were usual` : "";
  return `Each request costs ${nameOf(row)} ${milliseconds(cost)} of processor time${before}, and takes ${
    milliseconds(mean)
  } on average.`;
}
