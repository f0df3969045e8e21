import type { Alert, Incident, Transaction } from "../incidents/mod.ts";
import type { DeliveredAlert, SentAlert } from "./webhook.ts";

// A start this far in our future was never a start: a clock that is not set, or a field of another meaning.
const FUTURE_MS = 24 * 3_600_000;

/**
 * Gives each alert its start. One that was not told, or lies days ahead, is that of the same alert as the incident knows
 * it, else the time that the sender gives for the event, else now: so nothing lasts for centuries, and a repeated
 * delivery tells of the same alert.
 */
export async function withStarts(
  tx: Transaction,
  incident: Incident | undefined,
  { alerts, now }: { readonly alerts: readonly SentAlert[]; readonly now: Date },
): Promise<DeliveredAlert[]> {
  const unknown = ({ starts_at }: SentAlert) => starts_at === null || Date.parse(starts_at) - now.getTime() > FUTURE_MS;
  const known = incident === undefined || !alerts.some(unknown) ? [] : await tx.alerts(incident.id);
  return alerts.map(({ perhaps_at, ...alert }) => {
    if (!unknown({ ...alert })) return { ...alert, starts_at: alert.starts_at! };
    const same = known.filter(({ fingerprint }) => fingerprint === alert.fingerprint);
    const starts_at = knownStart(same, alert) ?? sensible(perhaps_at, now);
    return {
      ...alert,
      starts_at,
      ends_at: alert.status === "firing" ? null : alert.ends_at ?? now.toISOString(),
    };
  });
}

/** What fires is the one that fires; an end is that of the newest one, however often it is told. */
function knownStart(same: readonly Alert[], alert: SentAlert): string | undefined {
  const firing = same.findLast(({ status }) => status === "firing");
  if (firing !== undefined || alert.status === "firing") return firing?.starts_at;
  return same.at(-1)?.starts_at;
}

function sensible(at: string | null | undefined, now: Date): string {
  return at == null || Date.parse(at) > now.getTime() ? now.toISOString() : at;
}
