import type { SeverityLevel } from "../../incidents/mod.ts";
import { timeOf } from "../time.ts";
import { valueAt } from "./path.ts";
import type { Paths, Sender } from "./sender.ts";
import { asText, isObject, textPairs } from "./text.ts";

/** An alert as a sender of any form tells it; empty where it says nothing. */
export interface ReadAlert {
  readonly id: string;
  readonly alert: string;
  readonly summary: string;
  readonly description: string;
  readonly service: string;
  readonly severity: string;
  readonly status: "firing" | "resolved" | "ignored";
  /** UTC, RFC 3339; null where it was not told. */
  readonly since: string | null;
  readonly until: string | null;
  readonly url: string;
  readonly labels: Readonly<Record<string, string>>;
}

const LONGEST_NAME = 120;
const OVER = new Set(
  ("resolved resolve ok okay closed close recovered recovery recover up normal green success successful succeeded passed " +
    "pass inactive cleared clear fixed healthy completed complete done operational good stable available online over " +
    "deactivated ended end alert_resolved").split(" "),
);
const NO_NEWS = new Set(
  ("acknowledged acknowledge acked ack unacknowledged annotated assigned reassigned delegated escalated snoozed " +
    "priority_updated responder_added responder_replied status_update_published in_progress queued requested pending " +
    "running waiting waiting_for_resource canceled cancelled skipped neutral manual scheduled " +
    "addnote addtags addrecipient maintenance").split(" "),
);

/** The sender whose marks a delivery bears. */
export function senderOf(input: unknown, senders: readonly Sender[]): Sender | undefined {
  return senders.find((sender) => Object.entries(sender.when).every(([path, wanted]) => meets(input, path, wanted)));
}

/** The alerts of a delivery, read by `sender`'s paths; those of which nothing is told are left out. */
export function readAlerts(input: unknown, sender: Sender): ReadAlert[] {
  const list = (sender.each ?? []).map((path) => valueAt(input, path)).find(isList);
  const items = list ?? (Array.isArray(input) ? input : [input]);
  return items.map((item) => readAlert([item, input], sender))
    .filter(({ alert, summary, description }) => `${alert}${summary}${description}` !== "");
}

function readAlert(levels: readonly unknown[], sender: Sender): ReadAlert {
  const read = (paths: Paths | undefined) => first(levels, paths, plainValue);
  const summary = read(sender.summary);
  const named = read(sender.alert).split("\n")[0]!.slice(0, LONGEST_NAME);
  return {
    id: read(sender.id).slice(0, 300),
    alert: named,
    summary: summary === named ? "" : summary,
    description: first(levels, sender.description, asText),
    service: read(sender.service).slice(0, LONGEST_NAME) || (sender.default_service ?? ""),
    severity: read(sender.severity).slice(0, LONGEST_NAME) || (sender.default_severity ?? "" as SeverityLevel | ""),
    status: statusOf(read(sender.status), sender),
    since: timeOf(firstValue(levels, sender.since)),
    until: timeOf(firstValue(levels, sender.until)),
    url: read(sender.url),
    labels: Object.assign({}, ...(sender.labels ?? []).map((path) => labelsOf(firstValue(levels, [path])))),
  };
}

/** What a word of a sender means: `incident.resolved`, `Resolved`, `RESOLVED: ok` and the like are an end. */
export function statusOf(word: string, sender: Pick<Sender, "resolved" | "ignored"> = {}): ReadAlert["status"] {
  const whole = word.slice(0, 60).trim().toLowerCase().replaceAll(/[\s-]+/g, "_");
  const last = whole.split(/[.:/]/).findLast((part) => part !== "") ?? "";
  const any = (words: Iterable<string>) =>
    [...words].some((one) => one.toLowerCase() === whole || one.toLowerCase() === last);
  if (any(sender.ignored ?? [])) return "ignored";
  if (any(sender.resolved ?? [])) return "resolved";
  if (OVER.has(whole) || OVER.has(last)) return "resolved";
  return NO_NEWS.has(whole) || NO_NEWS.has(last) ? "ignored" : "firing";
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}

function meets(input: unknown, path: string, wanted: string | readonly string[]): boolean {
  const value = valueAt(input, path);
  if (value === undefined || value === null) return false;
  if (wanted === "*") return true;
  const text = asText(value).toLowerCase();
  return [wanted].flat().some((one) => one.toLowerCase() === text);
}

function firstValue(levels: readonly unknown[], paths: Paths = []): unknown {
  for (const path of paths) {
    for (const level of levels) {
      const value = valueAt(level, path);
      if (value !== undefined && value !== null && value !== "") return value;
    }
  }
  return undefined;
}

/** The first path that holds what `read` makes a text of. */
function first(levels: readonly unknown[], paths: Paths = [], read: (value: unknown) => string): string {
  for (const path of paths) {
    const text = read(firstValue(levels, [path])).trim();
    if (text !== "") return text;
  }
  return "";
}

/** A text, a number or a truth value; nothing of an object or a list. */
function plainValue(value: unknown): string {
  return typeof value === "object" ? "" : asText(value);
}

/** An object's fields, or a list such as `["team:shop", "prod"]`. */
function labelsOf(value: unknown): Record<string, string> {
  const pairs = Array.isArray(value)
    ? Object.fromEntries(value.filter((one) => typeof one === "string" && /^[^:=]+[:=]./.test(one)).map(pairOf))
    : isObject(value)
    ? textPairs(value)
    : {};
  return Object.fromEntries(
    Object.entries(pairs).map(([name, text]) => [name.replaceAll(/[^\p{L}\p{N}_]/gu, "_"), text]),
  );
}

function pairOf(text: string): [string, string] {
  const at = text.search(/[:=]/);
  return [text.slice(0, at), text.slice(at + 1)];
}
