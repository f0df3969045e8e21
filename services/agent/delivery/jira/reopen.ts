import { announce, channelsFor, type EntryOf, type IncidentView } from "../../incidents/mod.ts";
import { noteResult } from "../answer.ts";
import type { Effects, FindResult, Letter, Receipt, SendResult } from "../channel.ts";
import { refused } from "../refusal.ts";
import type { JiraRefusal } from "./client.ts";
import { createIssue, issueFields } from "./create.ts";
import type { JiraOptions } from "./options.ts";
import { priorityFor, priorityOf } from "./priority.ts";
import { commentBody, hasComment } from "./talk.ts";
import { incidentLabel } from "./ticket.ts";
import { type Assigned, reopenIfDone } from "./status.ts";

const WHAT = "Reopening the ticket";

/** What an order has come to so far; its row keeps it, so that an agent killed in between repeats nothing. */
interface Progress {
  /** The ticket that the incident had. */
  readonly key: string;
  /** A transition was requested; whether Jira took it shows in the status. */
  readonly reopening?: boolean;
  readonly reopened?: boolean;
  readonly commented?: boolean;
  /** The key of the ticket that was created, because `key` could not be reopened. */
  readonly created?: string;
  readonly assignee?: string | null;
  /** Why it could not be reopened. */
  readonly because?: string;
}

interface Step {
  readonly letter: Letter & { readonly row: EntryOf<"reopen_ticket">; readonly view: IncidentView };
  readonly options: JiraOptions;
  readonly keep: (progress: Progress) => Promise<Progress>;
}

/**
 * The incident fires again: a ticket that is done is reopened, or a new one is created where that is impossible; one that is
 * not done gets a comment. Each step that Jira took is kept, and each is looked for before it is repeated.
 */
export async function sendReopening(
  letter: Letter,
  options: JiraOptions,
  keep: (receipt: Receipt) => Promise<void>,
): Promise<SendResult> {
  const { row, view } = letter;
  const ticket = view?.tickets.at(-1);
  if (row.kind !== "reopen_ticket" || view === undefined || ticket === undefined) {
    return { outcome: "declined", reason: "the incident has no ticket" };
  }
  const step: Step = {
    letter: { ...letter, row, view },
    options,
    async keep(progress) {
      await keep({ ...progress });
      return progress;
    },
  };
  let progress: Progress = { ...progressOf(row), key: progressOf(row).key ?? ticket.key };
  if (progress.reopened === undefined && progress.created === undefined && progress.commented !== true) {
    const reopening = async () => {
      progress = await step.keep({ ...progress, reopening: true });
    };
    const issue = await reopenIfDone(
      progress.key,
      { wasRequested: progress.reopening === true, reopening },
      options.client,
    );
    if ("refusal" in issue) return refused(issue.refusal, row, WHAT);
    if (issue.is === "reopened") progress = await step.keep({ ...progress, reopened: true });
    if (issue.is === "closed") {
      const created = await createAgain(step, progress, issue);
      if ("refusal" in created) return refused(created.refusal, row, "Creating the ticket");
      progress = created;
    }
  }
  if (progress.created !== undefined) return ended(step, progress);
  if (progress.commented !== true) {
    const called = await options.client.comment(progress.key, commentBody(letter));
    // What matters is done when the ticket is open again.
    if (!called.ok && (called.refusal.transient || progress.reopened !== true)) {
      return refused(called.refusal, row, "Adding the comment");
    }
    if (called.ok) progress = await step.keep({ ...progress, commented: true });
  }
  return ended(step, progress);
}

/** What Jira shows of an order whose last attempt may have got there. */
export async function findReopening(letter: Letter, options: JiraOptions): Promise<FindResult> {
  const progress = progressOf(letter.row);
  const key = progress.key ?? letter.view?.tickets.at(-1)?.key;
  if (key === undefined || progress.created !== undefined || progress.commented === true) {
    return { found: "some", receipt: progress };
  }
  const commented = await hasComment(key, letter, options);
  if (!commented.ok && commented.refusal.transient) return { found: "unknown", reason: commented.refusal.reason };
  return { found: "some", receipt: commented.ok && commented.value ? { ...progress, key, commented: true } : progress };
}

/** A new ticket for this episode, found by its label where it was created already. */
async function createAgain(
  { letter: { row, view }, options, keep }: Step,
  progress: Progress,
  { because, assignee }: { readonly because: string; readonly assignee: Assigned },
): Promise<Progress | { readonly refusal: JiraRefusal }> {
  const { episode } = row.payload;
  const label = `${incidentLabel(view)}-${episode}`;
  const found = await options.client.labelled(options.project, label);
  if (!found.ok) return { refusal: found.refusal };
  const there = found.value.issues?.at(-1);
  if (there !== undefined) {
    return await keep({
      ...progress,
      because,
      created: there.key,
      assignee: there.fields?.assignee?.displayName ?? null,
    });
  }
  // The diagnosis of the time before is not this one's; its own follows as a comment.
  const now = view.diagnosis?.episode === episode ? view : { ...view, diagnosis: null };
  const priority = await priorityFor(priorityOf(view), options.client);
  if ("refusal" in priority) return { refusal: priority.refusal };
  const person = assignee?.accountId === undefined ? undefined : { accountId: assignee.accountId };
  const wanted = { labels: [label], assignee: person, priority: priority.id, earlier: progress.key, options };
  const created = await createIssue(issueFields(now, wanted), options);
  if (!created.ok) return { refusal: created.refusal };
  const { key, dropped } = created.value;
  const isAssigned = person !== undefined && !dropped.includes("assignee");
  return await keep({
    ...progress,
    because,
    created: key,
    assignee: isAssigned ? assignee?.displayName ?? null : null,
  });
}

/** The outcome, with its line in the timeline, and one for the operator where the ticket is another or open again. */
function ended({ letter: { row, view }, options }: Step, progress: Progress): SendResult {
  const { key, created, because = "" } = progress;
  const isReopened = progress.reopened === true || progress.reopening === true;
  const url = options.client.browseUrl(created ?? key);
  const [kind, noted, told] = created !== undefined
    ? [
      "ticket_created",
      `${created} created: ${because}`,
      `${view.code} fires again. New ticket ${created}, because ${because}: ${url}`,
    ]
    : isReopened
    ? ["ticket_reopened", `${key} reopened`, `${view.code} fires again. Ticket ${key} is reopened: ${url}`]
    : ["ticket_commented", `${key} is not done, and has a comment`, undefined];
  const effects: Effects = async (tx) => {
    const at = options.now().toISOString();
    if (created !== undefined) await tx.addTicket(view.id, { key: created, url, assignee: progress.assignee ?? null });
    await noteResult(tx, row, { at, kind, text: noted });
    if (told === undefined) return;
    const incident = { id: view.id, episode: row.payload.episode };
    await announce(tx, { kind: "ticket", payload: { text: told } }, {
      incident_id: view.id,
      occasion: { of: "episode", incident, mark: "-again" },
      channels: channelsFor(view.severity, options.tell),
      at,
    });
  };
  return { outcome: "sent", receipt: { ...progress }, effects };
}

function progressOf({ receipt }: Letter["row"]): Partial<Progress> {
  const { tried_at: _, ...progress } = receipt ?? {};
  return progress as Partial<Progress>;
}
