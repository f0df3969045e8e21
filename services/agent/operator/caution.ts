import {
  type Alert,
  alertsOfEpisode,
  type Incident,
  nameOf,
  sharedLabels,
  type Transaction,
} from "../incidents/mod.ts";
import { spanText } from "../../lib/timespan/mod.ts";
import type { Intent } from "./parser/mod.ts";

/** From which size on an order is asked about before it is carried out. */
export interface Limits {
  readonly silenceMs: number;
  readonly replicas: number;
}

/** Why an order is asked about once before it is carried out. */
export interface Caution {
  /** In a sentence or two, ending in what it would do. */
  readonly because: string;
  /** What that depends on: when it changed, the question is asked again. */
  readonly state: string;
}

const MOST_NAMED = 3;
const MOST_LABELS = 4;

/**
 * Why an order needs a confirmation: a silence that is long or would hold for more than this incident,
 * scaling to nothing or far up, resolving what still fires. Undefined for everything else.
 */
export async function cautionAbout(
  tx: Transaction,
  intent: Intent,
  { incident, limits }: { readonly incident: Incident; readonly limits: Limits },
): Promise<Caution | undefined> {
  const because = intent.do === "silence"
    ? await aboutSilence(tx, { ms: intent.ms, incident, limits })
    : intent.do === "scale"
    ? aboutScale(intent.replicas, incident, limits)
    : intent.do === "resolve" && incident.state !== "resolved"
    ? aboutFiring(await alertsFiring(tx, incident.id), incident)
    : undefined;
  if (because === undefined) return undefined;
  const firing = (await alertsFiring(tx, incident.id)).map(({ fingerprint, starts_at }) =>
    `${fingerprint} ${starts_at}`
  );
  return { because, state: JSON.stringify([incident.episode, incident.state === "resolved", firing.sort(), because]) };
}

async function aboutSilence(
  tx: Transaction,
  { ms, incident, limits }: { readonly ms: number; readonly incident: Incident; readonly limits: Limits },
): Promise<string | undefined> {
  const alerts = alertsOfEpisode(await tx.alerts(incident.id), incident.episode);
  const labels = sharedLabels(alerts);
  const reasons: string[] = [];
  if (ms > limits.silenceMs) reasons.push(`lasts ${spanText(ms)}, longer than ${spanText(limits.silenceMs)}`);
  const names = new Set(alerts.map((alert) => nameOf(alert.labels)));
  const others = await alsoMatched(tx, incident, labels);
  if (names.size > 1) {
    const shown = labels.slice(0, MOST_LABELS).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ");
    reasons.push(`holds for every alert with ${shown || "these labels"}, whatever its name`);
  } else if (others.length > 0) {
    reasons.push(`holds for ${others.slice(0, MOST_NAMED).join(", ")} too`);
  }
  return reasons.length === 0 ? undefined : `This silence on ${incident.code} ${reasons.join(" and ")}.`;
}

/** Codes of other open incidents with a firing alert that has all of these labels. */
async function alsoMatched(
  tx: Transaction,
  incident: Incident,
  labels: readonly (readonly [string, string])[],
): Promise<string[]> {
  const name = labels.find(([label]) => label === "alertname")?.[1];
  if (name === undefined) return [];
  const codes: string[] = [];
  for (const other of await tx.openIncidentsNamed(name)) {
    if (other.id === incident.id) continue;
    const firing = await alertsFiring(tx, other.id);
    if (firing.some((alert) => labels.every(([label, value]) => alert.labels[label] === value))) codes.push(other.code);
  }
  return codes;
}

function aboutScale(replicas: number, incident: Incident, limits: Limits): string | undefined {
  if (replicas === 0) return `Scaling to 0 stops every instance of ${incident.service}: nothing answers its requests.`;
  if (replicas <= limits.replicas) return undefined;
  return `${replicas} instances is more than ${limits.replicas}, the limit without a confirmation.`;
}

function aboutFiring(firing: readonly Alert[], incident: Incident): string | undefined {
  if (firing.length === 0) return undefined;
  const names = [...new Set(firing.map((alert) => nameOf(alert.labels) || "an alert without a name"))];
  const shown = names.slice(0, MOST_NAMED).join(", ") + (names.length > MOST_NAMED ? ", …" : "");
  const many = firing.length === 1 ? "1 alert" : `${firing.length} alerts`;
  return `${incident.code} is not over: ${many} still ${firing.length === 1 ? "fires" : "fire"} (${shown}).`;
}

async function alertsFiring(tx: Transaction, incidentId: string): Promise<Alert[]> {
  return (await tx.alerts(incidentId)).filter((alert) => alert.status === "firing");
}
