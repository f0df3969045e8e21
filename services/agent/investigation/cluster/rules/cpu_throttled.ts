import type { Signal } from "../objects.ts";
import type { View } from "../view.ts";
import { type Finding, kubectl, quote, type Rule } from "./rule.ts";

const THROTTLED_SECONDS = 0.1;
const MORE_CPU = 1.5;

/** Containers are held back at their CPU limit while they want more than before, and answer late. */
export const cpuThrottled: Rule = {
  name: "cpu_throttled",
  group: "performance",
  causes: ["cpu_throttled"],
  looksAt: ["throttled time", "CPU used beside normal", "latency", "CPU limits"],
  find(view) {
    return throttled(view).flatMap((signal): Finding[] => {
      const own = view.cluster.signals.filter((one) =>
        one.object.name === signal.object.name && sameSpace(one, signal)
      );
      const cores = own.find((one) =>
        one.metric === "cpu_cores" && (one.now ?? 0) >= (one.normal ?? Infinity) * MORE_CPU
      );
      const slow = own.find((one) =>
        one.metric === "latency_ms" && (one.now ?? 0) >= (one.normal ?? Infinity) * MORE_CPU
      );
      if (!slow && !cores) return [];
      const limit = view.workload(signal.object.namespace, signal.object.name)?.template.containers[0]?.limits.cpu;
      return [{
        group: "performance",
        cause: "cpu_throttled",
        object: signal.object,
        says: `${signal.object.name} is held back at its CPU limit${limit === undefined ? "" : ` of ${limit} cores`}.`,
        for: [signal, ...cores ? [cores] : [], ...slow ? [slow] : []].map((one) =>
          quote(one.object, one.metric, one.quote)
        ),
        against: cores ? [] : [quote(signal.object, "cpu_cores", "no more used than before")],
        certainty: cores && slow ? 0.92 : cores ? 0.7 : 0.6,
        explains: callers(view, signal).map((name) => ({ ...signal.object, name })),
        fix: [kubectl("set resources", signal.object, "--limits=cpu=<more>"), kubectl("top pods", signal.object)],
      }];
    });
  },
};

function throttled(view: View): Signal[] {
  return view.cluster.signals.filter((one) =>
    one.metric === "cpu_throttled_seconds" && (one.now ?? 0) >= THROTTLED_SECONDS && one.object.kind === "Workload"
  );
}

function sameSpace(one: Signal, other: Signal): boolean {
  return one.object.kind === other.object.kind && one.object.namespace === other.object.namespace;
}

function callers(view: View, signal: Signal): string[] {
  return view.callsTo(signal.object.namespace, signal.object.name).map((one) => one.from);
}
