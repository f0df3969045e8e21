import type { EntryOf, IncidentView, Transaction } from "../../incidents/mod.ts";
import { answer, noteResult } from "../answer.ts";
import type { Effects, FindResult, Letter, Receipt, SendResult } from "../channel.ts";
import { messageTag } from "../tag.ts";
import { doc, paragraph, text } from "./adf.ts";
import type { Called } from "./client.ts";
import type { JiraOptions } from "./options.ts";
import { refused } from "../refusal.ts";
import { assigneeOf, which } from "./ticket.ts";

/** Longest comment in characters; Jira takes 32,767 with its markup. */
const LONGEST_COMMENT = 10_000;

/** Adds a comment to the incident's ticket, and takes the configured transition when the incident has resolved. */
export async function sendComment(
  letter: Letter,
  options: JiraOptions,
  keep: (receipt: Receipt) => Promise<void>,
): Promise<SendResult> {
  const { row, view } = letter;
  const ticket = view?.tickets.at(-1);
  if (view === undefined || ticket === undefined) return withoutTicket(letter, "Adding the comment");
  if (row.receipt?.commented !== true) {
    const called = await options.client.comment(ticket.key, commentBody(letter));
    if (!called.ok) return refused(called.refusal, row, "Adding the comment");
    await keep({ commented: true });
  }
  const moved = row.kind === "resolved" ? await takeTransition(ticket.key, options) : undefined;
  if (moved?.refusal !== undefined) {
    const { refusal } = moved;
    if (refusal.transient) {
      return refused(refusal, row, "Moving the ticket");
    }
  }
  const effects: Effects = async (tx) => {
    const at = options.now().toISOString();
    const result = `${ticket.key} has a comment${moved === undefined ? "" : `; ${moved.words}`}`;
    await noteResult(tx, row, { at, kind: "ticket_commented", text: result });
    await answer(tx, row, `Comment added to ${ticket.key}: ${ticket.url}`);
  };
  return { outcome: "sent", receipt: { key: ticket.key, commented: true }, effects };
}

/** Whether the ticket has the comment already, by its reference. */
export async function findComment(letter: Letter, options: JiraOptions): Promise<FindResult> {
  const ticket = letter.view?.tickets.at(-1);
  if (ticket === undefined || letter.row.receipt?.commented === true) {
    return { found: "some", receipt: letter.row.receipt ?? {} };
  }
  const commented = await hasComment(ticket.key, letter, options);
  if (!commented.ok) return { found: "unknown", reason: commented.refusal.reason };
  return commented.value ? { found: "some", receipt: { commented: true } } : { found: "none" };
}

/** Whether an issue has the comment of a letter, by its reference. */
export async function hasComment(key: string, letter: Letter, { client }: JiraOptions): Promise<Called<boolean>> {
  const called = await client.comments(key);
  if (!called.ok) return called;
  const tag = messageTag(letter.row, letter.view);
  const value = (called.value.comments ?? []).some((comment) => JSON.stringify(comment.body ?? null).includes(tag));
  return { ok: true, value };
}

/** Gives the incident's ticket to someone; doing it twice changes nothing. */
export async function sendAssignment(
  { row, view }: { readonly row: EntryOf<"assign">; readonly view: IncidentView | undefined },
  options: JiraOptions,
): Promise<SendResult> {
  const ticket = view?.tickets.at(-1);
  if (view === undefined || ticket === undefined) return withoutTicket({ row, view }, "Assigning the ticket");
  const person = await assigneeOf(row, options);
  if ("refusal" in person) return refused(person.refusal, row, "Assigning the ticket");
  if ("several" in person) return which(row, view, person.several, options);
  const { user, note } = person;
  if (user === undefined) {
    const reason = note ?? "nobody was named";
    return { outcome: "declined", reason, effects: (tx) => answer(tx, row, `${ticket.key} is unchanged. ${reason}`) };
  }
  const called = await options.client.assign(ticket.key, user.accountId);
  if (!called.ok) return refused(called.refusal, row, "Assigning the ticket");
  const effects: Effects = async (tx) => {
    const at = options.now().toISOString();
    await tx.addTicket(view.id, { ...ticket, assignee: user.displayName });
    await noteResult(tx, row, { at, kind: "ticket_assigned", text: `${ticket.key} assigned to ${user.displayName}` });
    await answer(tx, row, `${ticket.key} is assigned to ${user.displayName}: ${ticket.url}`);
  };
  return { outcome: "sent", receipt: { key: ticket.key }, effects };
}

/** A letter's text as a comment, with the reference by which it is found again. */
export function commentBody(letter: Letter) {
  const paragraphs = letter.text.slice(0, LONGEST_COMMENT).split(/\n+/).map((line) => paragraph(text(line)));
  return doc(...paragraphs, paragraph(text(messageTag(letter.row, letter.view), "code")));
}

function withoutTicket({ row, view }: Pick<Letter, "row" | "view">, what: string): SendResult {
  const reason = `${view?.code ?? "this"} has no ticket yet`;
  const text = `${what} failed: ${reason}. Say "create Jira task" first.`;
  return { outcome: "declined", reason, effects: (tx: Transaction) => answer(tx, row, text) };
}

interface Moved {
  readonly words: string;
  readonly refusal?: Parameters<typeof refused>[0];
}

/** Takes the transition of the configured name, or to the status of that name; not there counts as done by others. */
async function takeTransition(key: string, options: JiraOptions): Promise<Moved | undefined> {
  const name = options.resolveTransition;
  if (name === undefined) return undefined;
  const listed = await options.client.transitions(key);
  if (!listed.ok) return { words: `not moved to ${name}: ${listed.refusal.reason}`, refusal: listed.refusal };
  const wanted = name.toLowerCase();
  const offered = listed.value.transitions ?? [];
  const found = offered.find((t) => t.name.toLowerCase() === wanted) ??
    offered.find((t) => t.to?.name?.toLowerCase() === wanted);
  if (found === undefined) return { words: `it offers no transition "${name}" now` };
  const taken = await options.client.transition(key, found.id);
  return taken.ok ? { words: `moved by ${found.name}` } : {
    words: `not moved by ${found.name}: ${taken.refusal.reason}`,
    refusal: taken.refusal,
  };
}
