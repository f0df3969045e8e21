import type { Channel } from "../channel.ts";
import { causeAndPlace, episodeStart, headline } from "../words/page.ts";
import { messageText } from "../words/render.ts";
import { clock } from "../words/text.ts";
import { type IncidentView, NEWS_KINDS, type OutboxEntry } from "../../incidents/mod.ts";
import { ticketSummary } from "./description.ts";
import type { JiraOptions } from "./options.ts";
import { findReopening, sendReopening } from "./reopen.ts";
import { findComment, sendAssignment, sendComment } from "./talk.ts";
import { findTicket, sendTicket } from "./ticket.ts";

/**
 * Jira Cloud: `create_jira_ticket`, `assign` and `comment` as operators ask for them, `reopen_ticket` when an incident fires
 * again, and as comments all news on an incident that has a ticket.
 */
export function jiraChannel(options: JiraOptions): Channel {
  return {
    name: "jira",
    news: true,
    readBy: "systems",
    takes: [...NEWS_KINDS, "create_jira_ticket", "assign", "comment", "reopen_ticket", "other"],
    // Jira's search shows a new issue some seconds after it was made.
    settleMs: 5_000,
    render: wordsOf,
    async send(letter, keep) {
      const { row, view } = letter;
      if (row.kind === "create_jira_ticket") return await sendTicket({ row, view }, options);
      if (row.kind === "assign") return await sendAssignment({ row, view }, options);
      if (row.kind === "reopen_ticket") return await sendReopening(letter, options, keep);
      return await sendComment(letter, options, keep);
    },
    async find(letter) {
      const { row, view } = letter;
      if (row.kind === "assign") return { found: "none" };
      if (row.kind === "reopen_ticket") return await findReopening(letter, options);
      if (row.kind !== "create_jira_ticket") return await findComment(letter, options);
      const found = await findTicket({ row, view }, options);
      return found.found === "unknown" ? { found: "unknown", reason: found.refusal.reason } : found;
    },
  };
}

function wordsOf(row: OutboxEntry, view: IncidentView | undefined): string | undefined {
  if (view === undefined) return undefined;
  switch (row.kind) {
    case "create_jira_ticket":
      return ticketSummary(view);
    case "assign":
      return `assign to ${row.payload.assignee}`;
    case "comment":
      return `${row.payload.asked_by}: ${row.payload.comment}`;
    case "reopen_ticket":
      return view.tickets.length === 0 ? undefined : againText(view);
    default:
      return view.tickets.length === 0 ? undefined : newsText(row, view);
  }
}

function againText(view: IncidentView): string {
  return `${view.code} fires again, since ${clock(episodeStart(view))}. ${headline(view)}`;
}

function newsText(row: OutboxEntry, view: IncidentView): string | undefined {
  if (row.kind !== "diagnosis" || view.diagnosis === null) return messageText(row, view);
  return `${view.code}, diagnosis: ${causeAndPlace(view, 1_000)}`;
}
