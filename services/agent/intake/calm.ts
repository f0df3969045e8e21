import { type SeverityLevel, severityOf } from "../incidents/mod.ts";
import type { SentAlert } from "./webhook.ts";

// Alerts that fire while all is well, or that exist to keep other alerts quiet.
const INHIBITOR = /(inhibitor|inhibition)$/i;
const ALWAYS = /^(watchdog|dead[\s_-]?man'?s?[\s_-]?(switch|snitch)|heartbeat|always[\s_-]?firing)$/i;

/** Whether an alert is nothing that a person could act on: severity `none`, an inhibitor, or one that always fires. */
export function isCalm(
  alert: Pick<SentAlert, "labels" | "annotations">,
  severities: Readonly<Record<string, SeverityLevel>> = {},
): boolean {
  const { alertname = "" } = alert.labels;
  if (INHIBITOR.test(alertname) || ALWAYS.test(alertname)) return true;
  return severityOf(alert, severities) === "none";
}
