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

/** Since when the newest episode of an incident is open (RFC 3339): a healthy time before it is no part of its age. */
export function openSince(
  incident: Pick<Lasting, "episode" | "opened_at">,
  alerts: readonly Pick<Firing, "episode" | "starts_at">[],
): string {
  if ((incident.episode ?? 1) === 1) return incident.opened_at;
  const starts = alerts.filter(({ episode }) => episode === incident.episode).map(({ starts_at }) => starts_at);
  return starts.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? incident.opened_at;
}

/**
 * How long the newest episode of a resolved incident lasted, in milliseconds: from its first start to its last end, both
 * by Prometheus' clock; by the agent's own where that makes no sense.
 */
export function lastedMs(incident: Lasting, alerts: readonly Firing[]): number {
  const own = alerts.filter((alert) => alert.episode === incident.episode);
  const starts = own.map((alert) => Date.parse(alert.starts_at));
  const ends = own.map((alert) => Date.parse(alert.ends_at ?? ""));
  const lasted = ends.reduce((a, b) => Math.max(a, b), -Infinity) - starts.reduce((a, b) => Math.min(a, b), Infinity);
  return lasted > 0
    ? lasted
    : Math.max(0, Date.parse(incident.resolved_at ?? "") - Date.parse(incident.opened_at)) || 0;
}
