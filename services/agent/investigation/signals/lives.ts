import type { Found } from "../ledger.ts";
import type { InstanceEvent } from "../sources/mod.ts";
import type { ChangesResult, InstanceRow, InstancesResult } from "../tools/mod.ts";

/** What became of the instances' processes. */
export interface Lives {
  /** Instances that are down or died, by name, with what is known of it. */
  readonly crashed: readonly Crashed[];
  /** The ends of instances that count as recent, oldest first. */
  readonly deaths: readonly InstanceEvent[];
  /** Instances that run and do not answer in time. */
  readonly hanging: readonly Hanging[];
}

interface Crashed {
  readonly name: string;
  readonly deaths: number;
  readonly down: boolean;
  readonly evidence: string;
}

interface Hanging {
  readonly name: string;
  /** Why it was given up, in the words of who asked it, and who that was. */
  readonly by: "Prometheus" | "manager";
  readonly said: string;
  /** RFC 3339, where it is known. */
  readonly at: string | null;
  readonly evidence: string;
}

const DEATHS = new Set(["instance_exited", "instance_crash_looping"]);
/** Whatever of these was last tells whether an instance answers. */
const ANSWERS = new Set([
  ...DEATHS,
  "instance_started",
  "instance_restarted",
  "instance_stopped",
  "instance_responsive",
]);
/** A scrape that timed out, in Prometheus' words; an ended process refuses at once. */
const TIMED_OUT = /deadline exceeded|time-?out|timed out/i;

/** Reads who died and who hangs; what is older than `recentMs` milliseconds is history. */
export function livesOf(
  instances: Found<InstancesResult> | undefined,
  changes: Found<ChangesResult> | undefined,
  { recentMs }: { readonly recentMs: number },
): Lives {
  const rows = instances?.result.instances ?? [];
  const since = Date.parse(changes?.result.at ?? "") - recentMs;
  const recent = changes?.result.events.filter((event) => !(Date.parse(event.at) < since)) ?? [];
  const deaths = recent.filter(({ kind }) => DEATHS.has(kind));
  const crashed: Crashed[] = [];
  const hanging: Hanging[] = [];
  for (const row of rows) {
    const name = row.name ?? row.instance;
    const own = deaths.filter((event) => isOf(event, row));
    const restarts = row.restarts ?? 0;
    // One start more may be somebody's restart; who keeps an event history tells the difference.
    const died = changes?.result.events_known !== true ? restarts >= 2 : own.length > 0;
    const hangs = died ? null : hangingOf(row, recent, {
      instances: instances!.id,
      at: instances!.result.at,
      changes: changes?.id,
    });
    if (hangs !== null) hanging.push({ name, ...hangs });
    // One timeout alone shows nothing yet.
    else if (timedOut(row) && row.down_since === instances!.result.at) continue;
    else if (row.up === false || died) {
      crashed.push({
        name,
        deaths: Math.max(own.length, died ? restarts : 0),
        down: row.up === false,
        evidence: own.length > 0 ? changes!.id : instances!.id,
      });
    }
  }
  for (const event of deaths) {
    const name = event.service ?? (event.port === undefined ? null : `:${event.port}`);
    if (name === null || rows.some((row) => isOf(event, row))) continue;
    const same = crashed.find((entry) => entry.name === name);
    if (same) crashed[crashed.indexOf(same)] = { ...same, deaths: same.deaths + 1 };
    else crashed.push({ name, deaths: 1, down: true, evidence: changes!.id });
  }
  return { crashed: crashed.sort((a, b) => b.deaths - a.deaths), deaths, hanging };
}

function isOf(event: InstanceEvent, row: InstanceRow): boolean {
  return event.service === row.name || (event.port !== undefined && row.instance.endsWith(`:${event.port}`));
}

function timedOut(row: InstanceRow): boolean {
  return row.up === false && TIMED_OUT.test(row.scrape_error ?? "");
}

function hangingOf(
  row: InstanceRow,
  events: readonly InstanceEvent[],
  ids: { readonly instances: string; readonly at: string; readonly changes: string | undefined },
): Omit<Hanging, "name"> | null {
  if (timedOut(row) && row.down_since !== ids.at) {
    // `Get "http://…/metrics": context deadline exceeded`: what comes after the address.
    const said = row.scrape_error!.split(/": /).at(-1)!;
    return { by: "Prometheus", said, at: row.down_since ?? null, evidence: ids.instances };
  }
  const last = events.findLast((event) =>
    isOf(event, row) && (ANSWERS.has(event.kind) || event.kind === "instance_unresponsive")
  );
  if (last?.kind !== "instance_unresponsive") return null;
  return { by: "manager", said: last.text, at: last.at, evidence: ids.changes! };
}
