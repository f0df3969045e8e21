/** The times of an incident, as stored by the agent and returned by its API. */
interface Lasting {
  readonly episode?: number | undefined;
  readonly opened_at: string;
  readonly resolved_at: string | null;
}

/** The times of an alert. */
interface Firing {
  readonly episode?: number | undefined;
  readonly starts_at: string;
  readonly ends_at: string | null;
}

/** A time span in its two largest units: `45 s`, `2 min 10 s`, `3 h 5 min`, `2 d 4 h`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  if (first === -1) return "0 s";
  return parts.slice(first, first + 2).filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`).join(" ");
}

/**
 * Since when an incident is open without a pause (RFC 3339): a healthy time before its newest episode is no part of its
 * age, but an episode that began while the one before still fired is.
 */
export function openSince(
  incident: Pick<Lasting, "episode" | "opened_at">,
  alerts: readonly (Pick<Firing, "episode" | "starts_at"> & Partial<Firing>)[],
): string {
  const { first, onset } = unbroken(incident, alerts);
  return first === 1 || onset === undefined ? incident.opened_at : onset;
}

/**
 * How long a resolved incident lasted without a pause, in milliseconds: from its first start to its last end, both by
 * Prometheus' clock; by the agent's own where that makes no sense.
 */
export function lastedMs(incident: Lasting, alerts: readonly Firing[]): number {
  const { first, onset } = unbroken(incident, alerts);
  const ends = alerts.filter(({ episode }) => (episode ?? 1) >= first).map(({ ends_at }) => Date.parse(ends_at ?? ""));
  const lasted = ends.reduce((a, b) => Math.max(a, b), -Infinity) - Date.parse(onset ?? "");
  return lasted > 0
    ? lasted
    : Math.max(0, Date.parse(incident.resolved_at ?? "") - Date.parse(incident.opened_at)) || 0;
}

/** The episodes up to the newest between which it never resolved: the first of them, and its first start. */
function unbroken(
  { episode: newest = 1 }: Pick<Lasting, "episode">,
  alerts: readonly (Pick<Firing, "episode" | "starts_at"> & Partial<Firing>)[],
): { readonly first: number; readonly onset: string | undefined } {
  let first = newest;
  let onset = earliest(alerts.filter((alert) => (alert.episode ?? 1) === newest));
  while (first > 1 && onset !== undefined) {
    const began = Date.parse(onset);
    const lasting = alerts.filter(({ episode = 1, ends_at }) => episode < first && Date.parse(ends_at ?? "") >= began);
    if (lasting.length === 0) break;
    first = lasting.reduce((least, { episode = 1 }) => Math.min(least, episode), first);
    onset = earliest(alerts.filter(({ episode = 1 }) => episode >= first));
  }
  return { first, onset };
}

function earliest(alerts: readonly Pick<Firing, "starts_at">[]): string | undefined {
  return alerts.map(({ starts_at }) => starts_at).sort((a, b) => Date.parse(a) - Date.parse(b))[0];
}
