import type { Alert } from "../../../incidents/mod.ts";
import type { Service } from "../../catalogue/mod.ts";
import { type Target, targetOf } from "../../sources/mod.ts";

const MOST_ALERTS = 30;
const MOST_TARGETS = 12;

/** The objects that an incident is about: those that its alerts' labels name, and those where its service runs. */
export function targetsOf(alerts: readonly Pick<Alert, "labels">[], service: Service | undefined): Target[] {
  const found = new Map<string, Target>();
  const add = (one: Target) => {
    const key = `${one.kind} ${one.namespace}/${one.name}`;
    if (!found.has(key) && found.size < MOST_TARGETS) found.set(key, one);
  };
  if (service?.kubernetes !== undefined) {
    const { namespace, kind, name } = service.kubernetes;
    add({ kind, namespace, name: name ?? service.name, by: "config" });
  }
  for (const { labels } of alerts.slice(0, MOST_ALERTS)) {
    const one = targetOf(labels);
    if (one !== undefined) add(one);
  }
  return withoutWholes([...found.values()]);
}

/** A namespace as a whole adds nothing where one of its objects is named. */
function withoutWholes(targets: readonly Target[]): Target[] {
  return targets.filter((one) =>
    one.kind !== "Namespace" || !targets.some((other) => other !== one && other.namespace === one.name)
  );
}
