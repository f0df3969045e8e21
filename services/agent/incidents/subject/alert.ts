import { type SeverityLevel, severityLevel, severityRank } from "../severity.ts";
import { serviceOfLabels } from "./object.ts";

type Labels = Readonly<Record<string, string>>;

/** The part of an alert that says what it is about. */
export interface AlertWords {
  readonly status: "firing" | "resolved";
  readonly labels: Labels;
  readonly annotations: Labels;
}

// Labels in which senders put how bad it is, the plainest first.
const SEVERITY_LABELS = [
  "severity",
  "alert_severity",
  "alertseverity",
  "sev",
  "priority",
  "prio",
  "urgency",
  "criticality",
  "level",
  "severity_level",
  "loglevel",
  "importance",
  "impact",
];
const SUMMARIES = ["summary", "description", "message", "title", "text", "info", "details", "content", "msg"];
// Annotations that are no words for a person.
const NO_WORDS = /url|uri|link|runbook|dashboard|panel|image|uid|^__|^value|playbook|priority|severity|team|owner/i;
// Labels that say who measured or sent it, which is nothing about the alert.
const NO_SUBJECT =
  /^(alertname|severity|prometheus|prometheus_replica|replica|monitor|endpoint|receiver|alertstate|grafana_folder|__.*)$/;
const LONGEST = 300;
const NO_DATA = { DatasourceNoData: "no data", DatasourceError: "its query fails" } as const;

/** The alert's name; of Grafana's alerts about a rule itself, the rule's name. Empty where it has none. */
export function nameOf(labels: Labels): string {
  const name = labels.alertname ?? labels.alert_name ?? labels.alert ?? labels.rulename ?? labels.rule ?? "";
  const rule = labels.rulename ?? "";
  if (rule === "" || !Object.hasOwn(NO_DATA, name)) return name;
  return `${rule} (${name}: ${NO_DATA[name as keyof typeof NO_DATA]})`;
}

/** What an alert says of itself: its summary, else another of its texts, else the labels that tell it from others. */
export function summaryOf({ labels, annotations }: Pick<AlertWords, "labels" | "annotations">): string {
  const known = new Map(Object.entries(annotations).map(([name, text]) => [name.toLowerCase(), text]));
  for (const name of SUMMARIES) {
    const text = known.get(name);
    if (text !== undefined && says(text)) return text;
  }
  const other = [...known].find(([name, text]) => !NO_WORDS.test(name) && says(text) && !/^https?:\/\//i.test(text));
  if (other !== undefined) return `${other[0]}: ${other[1]}`;
  const service = serviceOfLabels(labels);
  const rest = Object.entries(labels).filter(([name, text]) =>
    !NO_SUBJECT.test(name) && text !== "" && !(text === service && name !== "instance")
  );
  return rest.slice(0, 4).map(([name, text]) => `${name}=${text}`).join(", ").slice(0, LONGEST);
}

/**
 * How bad an alert is: the level that its label (or annotation) means, by `table` first; the word itself where it means
 * none that is known, empty where there is none.
 */
export function severityOf(
  { labels, annotations }: Pick<AlertWords, "labels" | "annotations">,
  table: Readonly<Record<string, SeverityLevel>> = {},
): string {
  for (const words of [labels, annotations]) {
    const byName = new Map(Object.entries(words).map(([name, text]) => [name.toLowerCase(), text]));
    for (const name of SEVERITY_LABELS) {
      const level = severityLevel(byName.get(name) ?? "", table);
      if (level !== undefined) return level;
    }
  }
  return (labels.severity ?? "").slice(0, 40);
}

/** The alert that a person has to know of first: one that fires, the most severe, the first among equals. */
export function leadAlert<A extends AlertWords>(
  alerts: readonly A[],
  table: Readonly<Record<string, SeverityLevel>> = {},
): A | undefined {
  const firing = alerts.filter((alert) => alert.status === "firing");
  const rank = (alert: A) => severityRank(severityOf(alert, table));
  return (firing.length > 0 ? firing : alerts).reduce<A | undefined>(
    (best, next) => best === undefined || rank(next) < rank(best) ? next : best,
    undefined,
  );
}

/** Whether a text says something: templates that found nothing leave `<no value>`. */
function says(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text) && !/^\s*(<no value>|null|undefined|n\/a|none)\s*$/i.test(text);
}
