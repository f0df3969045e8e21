import type { IncidentView } from "../../incidents/mod.ts";
import type { Matcher } from "./client.ts";

/**
 * Matchers for exactly an incident's alerts: each label that all of its newest episode's firing alerts share (all of the
 * episode's, when none fires any more). Empty when there is nothing to match, and then nothing may be silenced.
 */
export function incidentMatchers(view: IncidentView): Matcher[] {
  const newest = view.alerts.filter((alert) => alert.episode === view.episode);
  const firing = newest.filter((alert) => alert.status === "firing");
  const alerts = firing.length > 0 ? firing : newest;
  const [first, ...others] = alerts.map((alert) => alert.labels);
  if (first === undefined) return [];
  return Object.entries(first)
    .filter(([name, value]) => value !== "" && others.every((labels) => labels[name] === value))
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
}

/** `alertname="HighLatency", service="inventory"`. */
export function matchersText(matchers: readonly Matcher[]): string {
  return matchers.map(({ name, value }) => `${name}=${JSON.stringify(value)}`).join(", ");
}
