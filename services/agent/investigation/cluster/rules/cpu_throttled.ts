import type { Signal } from "../objects.ts";
import type { View } from "../view.ts";
import { type Finding, kubectl, quote, type Rule, shellWord } from "./rule.ts";

const THROTTLED_SECONDS = 0.1;
const MORE = 1.5;
/** Near enough to a limit that a burst runs into it. */
const NEAR_LIMIT = 0.7;

/** Containers are held back at their CPU limit while they want more than before, and answer late. */
export const cpuThrottled: Rule = {
  name: "cpu_throttled",
  group: "performance",
  causes: ["cpu_throttled"],
  looksAt: ["throttled time", "CPU used beside normal", "latency", "CPU limits"],
  find(view) {
    const byObject = Map.groupBy(
      view.cluster.signals.filter((one) => one.object.kind === "Workload"),
      (one) => `${one.object.namespace}/${one.object.name}`,
    );
    return [...byObject.values()].flatMap((signals) => ofWorkload(view, signals));
  },
};

function ofWorkload(view: View, signals: Signal[]): Finding[] {
  const object = signals[0]?.object;
  if (!object) return [];
  const limit = view.workload(object.namespace, object.name)?.template.containers[0]?.limits.cpu;
  const rises = (one: Signal) => (one.now ?? 0) >= (one.normal ?? Infinity) * MORE;
  const held = signals.find((one) => one.metric === "cpu_throttled_seconds" && (one.now ?? 0) >= THROTTLED_SECONDS);
  const cores = signals.find((one) => one.metric === "cpu_cores" && rises(one));
  const slow = signals.find((one) => one.metric === "latency_ms" && rises(one));
  const atLimit = cores !== undefined && limit !== undefined && (cores.now ?? 0) >= limit * NEAR_LIMIT;
  if (!(held && (slow || cores)) && !(atLimit && slow)) return [];
  return [{
    group: "performance",
    cause: "cpu_throttled",
    object,
    says: `${object.name} is held back at its CPU limit${limit === undefined ? "" : ` of ${limit} cores`}.`,
    for: [held, cores, slow].filter((one) => one !== undefined).map((one) => quote(one.object, one.metric, one.quote)),
    against: cores ? [] : [quote(object, "cpu_cores", "no more used than before")],
    certainty: held && cores && slow ? 0.92 : atLimit && slow ? 0.8 : cores ? 0.7 : 0.6,
    explains: view.callsTo(object.namespace, object.name).map((one) => ({ ...object, name: one.from })),
    fix: [
      kubectl("set resources", object, "--limits=cpu=<more>"),
      `kubectl top pods -n ${shellWord(object.namespace)}`,
    ],
  }];
}
