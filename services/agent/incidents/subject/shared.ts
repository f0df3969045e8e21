import type { Alert } from "../types.ts";

type Known = Pick<Alert, "episode" | "status" | "labels">;

/** What an episode's silence or question is about: its alerts that fire, or all of them when none fires any more. */
export function alertsOfEpisode<A extends Known>(alerts: readonly A[], episode: number): A[] {
  const newest = alerts.filter((alert) => alert.episode === episode);
  const firing = newest.filter((alert) => alert.status === "firing");
  return firing.length > 0 ? firing : newest;
}

/** The labels that all of some alerts have with the same value, in the order of their names. */
export function sharedLabels(alerts: readonly Pick<Alert, "labels">[]): [name: string, value: string][] {
  const [first, ...others] = alerts.map((alert) => alert.labels);
  return Object.entries(first ?? {})
    .filter(([name, value]) => value !== "" && others.every((labels) => labels[name] === value))
    .sort(([a], [b]) => a < b ? -1 : 1);
}
