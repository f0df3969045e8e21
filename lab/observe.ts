import { sleep } from "../services/lib/waiting/mod.ts";
import type { IncidentSummary, IncidentView } from "../services/lib/incident/mod.ts";
import type { StackSettings } from "../tasks/stack/mod.ts";

const LOOK_EVERY_MS = 250;
/** How long the message may take after the diagnosis, in milliseconds. */
const MESSAGE_MS = 5_000;

/** Every incident but the heartbeat's, the oldest first. */
export async function incidents({ urls }: StackSettings): Promise<IncidentView[]> {
  const answer = await fetch(`${urls.AGENT_URL}/api/incidents?limit=100`);
  const { incidents } = await answer.json() as { incidents: IncidentSummary[] };
  const views = incidents.map(async ({ id }) => {
    const response = await fetch(`${urls.AGENT_URL}/api/incidents/${id}`);
    return await response.json() as IncidentView;
  });
  return (await Promise.all(views)).sort((a, b) => a.opened_at.localeCompare(b.opened_at));
}

/** Waits until `enough` holds of the incidents, or `signal` aborts; returns what there is then. */
export async function untilSeen(
  settings: StackSettings,
  enough: (incidents: readonly IncidentView[]) => boolean,
  signal: AbortSignal,
): Promise<IncidentView[]> {
  let seen: IncidentView[] = [];
  while (!signal.aborted) {
    seen = await incidents(settings);
    if (enough(seen)) break;
    await sleep(LOOK_EVERY_MS, signal).catch(() => {});
  }
  return seen;
}

/** Whether people were told of an incident's diagnosis, or it is too late for that. */
export function isTold(incident: IncidentView): boolean {
  return incident.diagnosis !== null &&
    (toldAt(incident) !== null || Date.now() - Date.parse(incident.diagnosis.at) > MESSAGE_MS);
}

/** When the first message with the diagnosis was sent; RFC 3339. */
export function toldAt({ notifications }: IncidentView): string | null {
  const sent = notifications.filter(({ kind, sent_at }) => kind === "diagnosis" && sent_at !== null);
  return sent.map(({ sent_at }) => sent_at!).sort()[0] ?? null;
}
