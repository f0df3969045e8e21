import type { IncidentView, OutboxEntry } from "../../incidents/mod.ts";

/** What a digest says of the messages that it stands for; the payload of its outbox row. */
export interface Tally {
  readonly alerts: number;
  readonly incidents: number;
  readonly resolved: number;
  readonly window_ms: number;
  /** The groups with the most alerts, the largest first. */
  readonly largest: readonly { readonly group: string; readonly count: number }[];
}

// More than a digest names, so that a group that grows can still come up.
const GROUPS_KEPT = 20;

/** A tally with one more message in it. */
export function tallied(before: Tally, row: OutboxEntry, view: IncidentView): Tally {
  if (row.kind === "resolved") return { ...before, resolved: before.resolved + 1 };
  if (row.kind !== "diagnosis") return before;
  const alerts = view.alerts.filter((alert) => alert.episode === view.episode).length + view.truncated_alerts;
  const largest = [...before.largest, { group: `${view.code} ${view.severity} ${view.title}`, count: alerts }]
    .sort((a, b) => b.count - a.count).slice(0, GROUPS_KEPT);
  return { ...before, alerts: before.alerts + alerts, incidents: before.incidents + 1, largest };
}

/** A tally of nothing. */
export function emptyTally(windowMs: number): Tally {
  return { alerts: 0, incidents: 0, resolved: 0, window_ms: windowMs, largest: [] };
}
