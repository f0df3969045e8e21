import { alertsOfEpisode, type IncidentView, REDACTED, sharedLabels } from "../../incidents/mod.ts";
import type { Matcher } from "./client.ts";

/**
 * Matchers for exactly an incident's alerts: each label that all of its newest episode's firing alerts share (all of the
 * episode's, when none fires any more). The store keeps no secrets, so where a value had one, a pattern stands for it.
 * Empty when there is nothing to match, and then nothing may be silenced.
 */
export function incidentMatchers(view: IncidentView): Matcher[] {
  const alerts = alertsOfEpisode(view.alerts, view.episode);
  // A condition that cannot be put is not left out: the silence would hold for more than this incident.
  if (Object.keys(alerts[0]?.labels ?? {}).some((name) => name.search(REDACTED) !== -1)) return [];
  return sharedLabels(alerts).map(([name, value]) => ({ name, ...matched(value), isEqual: true }));
}

/** What a label's value has to be: itself, or anything in the places where something was redacted. */
function matched(value: string): Pick<Matcher, "value" | "isRegex"> {
  const pieces = value.split(REDACTED);
  if (pieces.length === 1) return { value, isRegex: false };
  // Alertmanager's regular expressions are Go's (RE2), anchored at both ends.
  const quoted = pieces.map((piece) => piece.replaceAll(/[\\.+*?()|[\]{}^$]/g, "\\$&"));
  return { value: quoted.join("(?s:.+)"), isRegex: true };
}

/** `alertname="HighLatency", service="inventory"`; `=~` before a pattern. */
export function matchersText(matchers: readonly Matcher[]): string {
  return matchers.map(({ name, value, isRegex }) => `${name}${isRegex ? "=~" : "="}${JSON.stringify(value)}`).join(
    ", ",
  );
}
