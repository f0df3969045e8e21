import type { Signals } from "./signals.ts";

/** The instances that answer and have no trouble, beside those that `names` names. */
export function healthyOthers(signals: Signals, names: readonly string[]): string[] {
  const { instances, hanging, crashed, errors, latency, cpu, memory } = signals;
  const ill = new Set([...names, ...hanging.map(({ name }) => name), ...crashed.map(({ name }) => name)]);
  for (const { rows, active } of [errors, latency, cpu, memory]) {
    if (active) rows.forEach((row) => ill.add(row.name ?? row.instance));
  }
  return (instances?.result.instances ?? []).filter((row) => !ill.has(row.name ?? row.instance) && row.up !== false)
    .map((row) => row.name ?? row.instance);
}
