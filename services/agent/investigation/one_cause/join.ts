import {
  type Alert,
  announce,
  canMove,
  channelsFor,
  type Diagnosis,
  type Incident,
  resolveIncident,
  type Transaction,
} from "../../incidents/mod.ts";
import { type Found, relationOf } from "./relation.ts";

/** How far the first alerts of two incidents may be apart that have one cause, in milliseconds. */
const TOGETHER_MS = 20 * 60_000;

/** An incident that was just diagnosed, and nobody was told of yet. */
export interface Newcomer extends Found {
  readonly at: string;
  /** Channels that get a diagnosis. */
  readonly notify: readonly string[];
}

/**
 * Joins incidents that have one cause. A newcomer whose cause people know becomes part of the incident that told it, with
 * one line; what saw less of the newcomer's cause becomes part of the newcomer. Returns the incident that the newcomer
 * went into; undefined where it stands by itself and is to be told.
 */
export async function joinByCause(tx: Transaction, newcomer: Newcomer): Promise<Incident | undefined> {
  const { incident, diagnosis } = newcomer;
  if (diagnosis.service_at_fault === undefined && diagnosis.verdict === "cause_found") return undefined;
  const alerts = await tx.alerts(incident.id);
  for (const { incident: other, diagnosis: found } of await tx.openIncidents()) {
    if (other.id === incident.id || found === null || found.episode !== other.episode || other.state !== "diagnosed") {
      continue;
    }
    if (!areTogether(alerts, await tx.alerts(other.id))) continue;
    const relation = relationOf(newcomer, { incident: other, diagnosis: found });
    if (relation === "same" || relation === "part") {
      await handOver(tx, { from: incident, to: other, at: newcomer.at });
      await tellJoined(tx, { newcomer, alerts, to: other, cause: found });
      return other;
    }
    // What a person has taken on stays what it is.
    if (relation === "whole" && other.acknowledged_at === null && (await tx.tickets(other.id)).length === 0) {
      await handOver(tx, { from: other, to: incident, at: newcomer.at });
    }
  }
  return undefined;
}

function areTogether(one: readonly Alert[], other: readonly Alert[]): boolean {
  const first = (alerts: readonly Alert[]) => Math.min(...alerts.map(({ starts_at }) => Date.parse(starts_at)));
  return Math.abs(first(one) - first(other)) <= TOGETHER_MS;
}

/** Moves all alerts of an incident to another and ends it without a word: it was never a trouble of its own. */
async function handOver(
  tx: Transaction,
  { from, to, at }: { readonly from: Incident; readonly to: Incident; readonly at: string },
): Promise<void> {
  const firing = await tx.countFiring(from.id);
  await tx.moveAlerts(from.id, { incident: to.id, episode: to.episode });
  await tx.addTimeline(to.id, {
    at,
    kind: "alert_joined",
    text: `${from.code} (${from.title}) has the same cause and joined, with ${firing} firing`,
    by: "agent",
  });
  const latest = await tx.incident(from.id);
  if (latest !== undefined && canMove(latest, "resolve")) {
    await resolveIncident(tx, latest, { at, entry: { text: `Joined ${to.code}: one cause`, by: "agent" } });
  }
}

/** One line for people who know the cause: what else shows it. */
async function tellJoined(
  tx: Transaction,
  { newcomer, alerts, to, cause }: {
    readonly newcomer: Newcomer;
    readonly alerts: readonly Alert[];
    readonly to: Incident;
    readonly cause: Diagnosis;
  },
): Promise<void> {
  const { incident, at, notify } = newcomer;
  const names = [...new Set(alerts.map(({ labels }) => labels.alertname ?? "an alert"))].slice(0, 3).join(", ");
  const guilty = cause.service_at_fault ?? to.service;
  const text = `${to.code} ${to.service}: ${names} on ${incident.service} joined; the cause is the same (${guilty}).`;
  await announce(tx, { kind: "joined", payload: { text } }, {
    incident_id: to.id,
    occasion: { of: "episode", incident: to, mark: `/${incident.id}` },
    channels: channelsFor(to.severity, notify),
    at,
  });
}
