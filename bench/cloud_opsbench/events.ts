import type { Event, Kind } from "../../services/agent/investigation/cluster/mod.ts";
import { readDescription } from "./describe.ts";
import { ageSeconds, readTable } from "./tables.ts";

const KINDS: Record<string, Kind> = {
  pod: "Pod",
  node: "Node",
  service: "Service",
  persistentvolumeclaim: "PersistentVolumeClaim",
  persistentvolume: "PersistentVolume",
  replicaset: "Workload",
  deployment: "Workload",
  statefulset: "Workload",
  daemonset: "Workload",
  job: "Workload",
};

/** The events at the end of a description: `Warning  Failed  2m (x12 over 4m)  kubelet  message`. */
export function eventsOfDescription(text: string, about: { type: string; namespace: string; name: string }): Event[] {
  const section = readDescription(text).get("Events");
  return (section?.lines ?? []).flatMap((line): Event[] => {
    const [type, reason, age, source, ...message] = line.trim().split(/\s{2,}/);
    if ((type !== "Normal" && type !== "Warning") || !reason) return [];
    return [eventOf({ type, reason, age: age ?? "", source: source ?? "", message: message.join("  ") }, about)];
  });
}

/** A list of events: `LAST SEEN  TYPE  REASON  OBJECT  MESSAGE`. */
export function eventsOfTable(text: string, namespace: string): Event[] {
  return readTable(text).flatMap((row): Event[] => {
    const type = row.TYPE;
    const [kind, name] = (row.OBJECT ?? "").split("/");
    if ((type !== "Normal" && type !== "Warning") || !kind || !name) return [];
    return [
      eventOf(
        { type, reason: row.REASON ?? "", age: row["LAST SEEN"] ?? "", source: "", message: row.MESSAGE ?? "" },
        { type: kind.toLowerCase(), namespace: kind === "node" ? "" : namespace, name },
      ),
    ];
  });
}

function eventOf(
  said: { type: Event["type"]; reason: string; age: string; source: string; message: string },
  about: { type: string; namespace: string; name: string },
): Event {
  const singular = about.type.replace(/s$/, "");
  const over = said.age.match(/\(x(\d+) over ([^)]+)\)/);
  const first = ageSeconds(over?.[2]);
  return {
    type: said.type,
    reason: said.reason,
    message: said.message,
    object: { kind: KINDS[singular] ?? "Event", namespace: about.namespace, name: about.name },
    objectKind: singular,
    source: said.source,
    count: Number(over?.[1] ?? 1),
    lastSeconds: ageSeconds(said.age.split("(")[0]) ?? 0,
    ...first === undefined ? {} : { firstSeconds: first },
  };
}
