import type { IncidentView } from "../../incidents/mod.ts";
import { alertTitle, causeOf, errorRate, place } from "../words/page.ts";
import { notSeen, told, toldCause } from "../../../lib/incident/mod.ts";
import { cutAtSentence, finished, oneLine, percent } from "../words/text.ts";
import { bullets, doc, heading, link, type Node, numbered, paragraph, text } from "./adf.ts";

/** Longest summary that Jira takes, in characters. */
const LONGEST_SUMMARY = 250;
const MOST_CLAIMS = 12;
const MOST_TIMELINE = 20;

/** One line: what is wrong where, with the incident's code. */
export function ticketSummary(view: IncidentView): string {
  const alert = cutAtSentence(finished(alertTitle(view)), 110);
  const what = view.diagnosis?.verdict === "cause_found" ? `${alert} ${causeOf(view, 120)}` : alert;
  // A summary is plain text: marks around code would be read as they are.
  return cutAtSentence(oneLine(`[${view.code}] ${view.service}: ${what}`).replaceAll("`", ""), LONGEST_SUMMARY);
}

/** Where a ticket leads. */
export interface TicketLinks {
  /** Base of links to the console. */
  readonly publicUrl: string | undefined;
  /** The ticket of an earlier episode, which this one continues. */
  readonly earlier?: { readonly key: string; readonly url: string };
}

/** What the ticket tells: cause, evidence, next steps, timeline and links, in the Atlassian Document Format. */
export function ticketDescription(view: IncidentView, links: TicketLinks): Node {
  const { diagnosis } = view;
  const rate = errorRate(view);
  const where = diagnosis === null ? undefined : place(diagnosis);
  const claims = (diagnosis?.claims ?? []).slice(0, MOST_CLAIMS).map((claim) => {
    const evidence = claim.evidence.length === 0 ? "" : ` (${claim.evidence.join(", ")})`;
    return [text(cut(told(claim.text, diagnosis!, view)) + evidence + (claim.verified ? "" : " - not verified"))];
  });
  const steps = [diagnosis?.suggested_fix ?? "", ...diagnosis?.next_steps ?? []].map((step) => cut(step))
    .filter((step) => step !== "");
  const timeline = shortened(view.timeline).map((entry) =>
    typeof entry === "string" ? [text(entry)] : [text(`${entry.at} `, "code"), text(cut(entry.text))]
  );
  return doc(
    paragraph(text(`${view.severity} incident ${view.code} of ${view.service}: ${cut(alertTitle(view))}`, "strong")),
    ...againOf(links),
    heading("Cause"),
    paragraph(text(diagnosis === null ? "Not diagnosed yet." : cut(toldCause(diagnosis, view), 2_000))),
    where === undefined ? undefined : paragraph(text("Where: "), text(where, "code")),
    rate === undefined ? undefined : paragraph(text(`Error rate: ${percent(rate)} of requests`)),
    ...section("Evidence", bullets(claims)),
    ...section("Next steps", numbered([...new Set(steps)].map((step) => [text(step)]))),
    ...section(
      "Not available",
      bullets(notSeen(diagnosis?.missing ?? []).failed.map((missing) => [text(cut(missing))])),
    ),
    ...section("Timeline", bullets(timeline)),
    ...section("Links", bullets(linksOf(view, links.publicUrl))),
  );
}

function againOf({ earlier }: TicketLinks): Node[] {
  const line = earlier && paragraph(text("Fires again; earlier ticket "), link(earlier.key, earlier.url), text("."));
  return line === undefined ? [] : [line];
}

function section(title: string, body: Node | undefined): Node[] {
  return body === undefined ? [] : [heading(title), body];
}

function linksOf(view: IncidentView, publicUrl: string | undefined): Node[][] {
  const found: Node[][] = [];
  if (publicUrl !== undefined) {
    found.push([link(`Incident ${view.code}`, `${publicUrl.replace(/\/$/, "")}/incidents/${view.id}`)]);
  }
  for (const url of new Set(view.alerts.map((alert) => alert.generator_url).filter((u) => u !== ""))) {
    if (found.length < 4) found.push([link("The alert's query in Prometheus", url)]);
  }
  const runbook = view.alerts.map((alert) => alert.annotations.runbook_url ?? alert.annotations.runbook)
    .find((url) => url !== undefined && url !== "");
  if (runbook !== undefined) found.push([text("Runbook: "), link(runbook, runbook)]);
  return found;
}

/** The first half and the newest half of a long timeline, with what lies between counted. */
function shortened(entries: IncidentView["timeline"]): (IncidentView["timeline"][number] | string)[] {
  if (entries.length <= MOST_TIMELINE) return [...entries];
  const half = MOST_TIMELINE / 2;
  return [...entries.slice(0, half), `… ${entries.length - MOST_TIMELINE} more …`, ...entries.slice(-half)];
}

function cut(words: string, max = 400): string {
  return cutAtSentence(oneLine(words), max);
}
