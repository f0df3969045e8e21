import {
  announce,
  type EntryOf,
  type IncidentView,
  type Order,
  type Pending,
  savePending,
  type Ticket,
  type Transaction,
} from "../../incidents/mod.ts";
import { answer, noteResult } from "../answer.ts";
import type { SendResult } from "../channel.ts";
import type { JiraUser } from "./client.ts";
import { createIssue, issueFields } from "./create.ts";
import type { JiraOptions } from "./options.ts";
import { refused } from "../refusal.ts";
import { isCalled, labelOf, whoIsMeant } from "./people.ts";
import { priorityFor, priorityOf } from "./priority.ts";

/** How long a question which person is meant waits for its answer, in milliseconds. */
const ASKED_MS = 600_000;
const MOST_CHOICES = 9;
const WHAT = "Creating the ticket";

/** The label by which an incident's ticket is found again. */
export function incidentLabel(view: Pick<IncidentView, "id">): string {
  return `oncall-${view.id}`;
}

/**
 * Makes an incident's ticket; one that is there already, by the store or by its label, is named instead. That is declined
 * only where more was asked for than that there be one.
 */
export async function sendTicket({ row, view }: Wanted, options: JiraOptions): Promise<SendResult> {
  if (view === undefined) return { outcome: "permanent", reason: "a ticket needs an incident" };
  const known = view.tickets.at(-1);
  if (known !== undefined) {
    const reason = `${view.code} already has ticket ${known.key}`;
    const isSo = asksNoMore(row, known);
    const effects = async (tx: Transaction) => {
      if (isSo) await noteResult(tx, row, { at: options.now().toISOString(), kind: "operator_action", text: reason });
      await answer(tx, row, `${reason}: ${known.url}`);
    };
    return isSo ? { outcome: "sent", receipt: { key: known.key }, effects } : { outcome: "declined", reason, effects };
  }
  const found = await findTicket({ row, view }, options);
  if (found.found === "unknown") return refused(found.refusal, row, WHAT);
  if (found.found === "all") return { outcome: "sent", receipt: found.receipt, effects: found.effects };

  const person = await assigneeOf(row, options);
  if ("refusal" in person) return refused(person.refusal, row, WHAT);
  if ("several" in person) return which(row, view, person.several, options);
  const priority = await priorityFor(row.payload.priority ?? priorityOf(view), options.client);
  if ("refusal" in priority) return refused(priority.refusal, row, WHAT);

  const { due } = row.payload;
  const fields = {
    ...issueFields(view, { labels: [incidentLabel(view)], assignee: person.user, priority: priority.id, options }),
    ...(due === undefined ? {} : { duedate: due }),
  };
  const created = await createIssue(fields, options);
  if (!created.ok) return refused(created.refusal, row, WHAT);
  const { key, dropped } = created.value;
  const user = dropped.includes("assignee") ? undefined : person.user;
  const words = [
    user === undefined ? "unassigned" : `assigned to ${user.displayName}`,
    ...(priority.name === undefined || dropped.includes("priority") ? [] : [`priority ${priority.name}`]),
    ...(due === undefined || dropped.includes("duedate") ? [] : [`due ${due}`]),
  ];
  const notes = [
    ...person.note === undefined ? [] : [person.note],
    ...dropped.map((name) => `Jira did not take the ${name === "duedate" ? "due date" : name}.`),
  ];
  const ticket = { key, url: options.client.browseUrl(key), assignee: user?.displayName ?? null };
  return sent(ticket, { row, view }, { words, notes, options });
}

/** Whether the ticket that is there is all that was asked for: nobody else's, and without wishes for a new one. */
function asksNoMore({ payload }: EntryOf<"create_jira_ticket">, known: Ticket): boolean {
  if (payload.priority !== undefined || payload.due !== undefined) return false;
  if (payload.assignee === undefined) return true;
  return known.assignee !== null && isCalled(payload.assignee, known.assignee);
}

/** Whether the incident's ticket is there already, by its label. */
export async function findTicket(
  { row, view }: Wanted,
  options: JiraOptions,
): Promise<Found | Unknown | { readonly found: "none" }> {
  if (view === undefined) return { found: "none" };
  const called = await options.client.labelled(options.project, incidentLabel(view));
  if (!called.ok) return { found: "unknown", refusal: called.refusal };
  const issue = called.value.issues?.at(-1);
  if (issue === undefined) return { found: "none" };
  const assignee = issue.fields?.assignee?.displayName ?? null;
  const ticket = { key: issue.key, url: options.client.browseUrl(issue.key), assignee };
  const words = [assignee === null ? "unassigned" : `assigned to ${assignee}`];
  const result = sent(ticket, { row, view }, { words, notes: [], options });
  return { found: "all", receipt: result.receipt, effects: result.effects };
}

interface Wanted {
  readonly row: EntryOf<"create_jira_ticket">;
  readonly view: IncidentView | undefined;
}

interface Found {
  readonly found: "all";
  readonly receipt: Readonly<Record<string, unknown>>;
  readonly effects: (tx: Transaction) => Promise<void>;
}

interface Unknown {
  readonly found: "unknown";
  readonly refusal: Parameters<typeof refused>[0];
}

function sent(
  ticket: Ticket,
  { row, view }: Wanted & { readonly view: IncidentView },
  told: { words: readonly string[]; notes: readonly string[]; options: JiraOptions },
) {
  const { words, notes, options } = told;
  const text = [`${ticket.key} is created for ${view.code}, ${words.join(", ")}: ${ticket.url}`, ...notes].join("\n");
  const effects = async (tx: Transaction) => {
    const at = options.now().toISOString();
    await tx.addTicket(view.id, ticket);
    await noteResult(tx, row, { at, kind: "ticket_created", text: `${ticket.key} created, ${words.join(", ")}` });
    await answer(tx, row, text);
    const asked = row.payload.reply?.channel;
    // Who asked in the conversation has the answer there already.
    const payload = { text, quiet: asked === "conversation" };
    await announce(tx, { kind: "ticket", payload }, {
      incident_id: view.id,
      occasion: { of: "ticket", incident_id: view.id, ticket: ticket.key },
      channels: options.tell.filter((name) => name !== asked),
      at,
    });
  };
  return { outcome: "sent" as const, receipt: { key: ticket.key }, effects };
}

type Assignee =
  | { readonly user: JiraUser | undefined; readonly note?: string }
  | { readonly several: readonly JiraUser[] }
  | { readonly refusal: Parameters<typeof refused>[0] };

/** Who a row's ticket goes to: by the account that was chosen, or by name. */
export async function assigneeOf(
  { payload }: EntryOf<"create_jira_ticket" | "assign">,
  { client, project }: JiraOptions,
): Promise<Assignee> {
  const { assignee, account_id } = payload;
  if (account_id !== undefined) return { user: { accountId: account_id, displayName: assignee ?? account_id } };
  if (assignee === undefined || assignee.trim() === "") return { user: undefined };
  const called = await client.assignable(project, assignee);
  if (!called.ok) return { refusal: called.refusal };
  const meant = whoIsMeant(assignee, called.value);
  if (meant.who === "one") return { user: meant.user };
  if (meant.who === "several") return { several: meant.users };
  const note = `No assignable user in ${project} is called "${assignee}": reply "assign to <name>".`;
  return { user: undefined, note };
}

/** Asks whoever asked which of several people is meant; nothing is made before the answer. */
export function which(
  row: EntryOf<"create_jira_ticket" | "assign">,
  view: IncidentView,
  users: readonly JiraUser[],
  options: JiraOptions,
): SendResult {
  const { reply: _reply, asked_by, message_id: _id, ...wishes } = row.payload;
  const choices = users.slice(0, MOST_CHOICES).map((user) => ({
    label: labelOf(user),
    action: {
      channel: row.channel,
      kind: row.kind,
      payload: { ...wishes, assignee: user.displayName, account_id: user.accountId },
    } as Order,
  }));
  const more = users.length > MOST_CHOICES
    ? ` There are ${users.length - MOST_CHOICES} more: reply with the full name.`
    : "";
  const list = choices.map((choice, i) => `${i + 1}. ${choice.label}`).join("\n");
  const text =
    `${view.code}: which ${row.payload.assignee}?\n${list}\nReply with the number. Nothing was done yet.${more}`;
  const expires_at = new Date(options.now().getTime() + ASKED_MS).toISOString();
  const question: Pending = { kind: "choice", incident_id: view.id, options: choices, expires_at };
  return {
    outcome: "declined",
    reason: `several people match ${JSON.stringify(row.payload.assignee)}`,
    effects: async (tx) => {
      if (asked_by !== undefined) await savePending(tx, asked_by, question);
      await answer(tx, row, text);
    },
  };
}
