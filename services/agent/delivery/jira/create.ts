import type { IncidentView } from "../../incidents/mod.ts";
import type { Called, JiraUser } from "./client.ts";
import { ticketDescription, ticketSummary } from "./description.ts";
import { configuredFields, fieldsHint, issueTypeOf, noSuchType } from "./fields.ts";
import type { JiraOptions } from "./options.ts";

/** Fields that a project's screen may lack and a ticket can do without. */
const OPTIONAL = ["priority", "duedate", "assignee"];

/** What a new issue has beside what its incident says. */
export interface Wanted {
  /** Beside `oncall`. */
  readonly labels: readonly string[];
  readonly assignee: Pick<JiraUser, "accountId"> | undefined;
  /** The id of the site's priority; undefined: the project's default. */
  readonly priority: string | undefined;
  /** The ticket of an earlier episode, which could not be reopened. */
  readonly earlier?: string;
  readonly options: JiraOptions;
}

/** The fields of an incident's new issue. */
export function issueFields(view: IncidentView, wanted: Wanted): Record<string, unknown> {
  const { labels, assignee, priority, earlier, options } = wanted;
  const before = earlier === undefined ? {} : { earlier: { key: earlier, url: options.client.browseUrl(earlier) } };
  return {
    ...configuredFields(options.ticketFields ?? {}),
    project: { key: options.project },
    issuetype: { name: options.issueType },
    summary: ticketSummary(view),
    description: ticketDescription(view, { publicUrl: options.publicUrl, ...before }),
    labels: ["oncall", ...labels],
    ...(priority === undefined ? {} : { priority: { id: priority } }),
    // Jira's description says `id` for creating and `accountId` for editing; it takes the one for the other.
    ...(assignee === undefined ? {} : { assignee: { id: assignee.accountId, accountId: assignee.accountId } }),
  };
}

/** Creates an issue, without those of its fields that the project's screen lacks; `dropped` names them. */
export async function createIssue(
  wanted: Readonly<Record<string, unknown>>,
  options: JiraOptions,
): Promise<Called<{ key: string; dropped: readonly string[] }>> {
  const fields = { ...wanted };
  const dropped: string[] = [];
  while (true) {
    const created = await options.client.create(fields);
    if (created.ok) return { ok: true, value: { key: created.value.key, dropped } };
    const { refusal } = created;
    const refusedFields = Object.keys(refusal.fields);
    const because = (
      more: string,
    ) => ({ ok: false, refusal: { ...refusal, reason: finished(refusal.reason, more) } } as const);
    if (refusal.status === 400 && refusedFields.includes("issuetype")) {
      const type = "name" in (fields.issuetype as object) ? await typeOf(options) : { reason: "" };
      if ("reason" in type) return because(type.reason);
      fields.issuetype = { id: type.id };
      continue;
    }
    const droppable = refusal.status === 400 ? refusedFields.filter((n) => OPTIONAL.includes(n) && n in fields) : [];
    if (droppable.length === 0 || droppable.length < refusedFields.length) {
      const rest = refusedFields.filter((name) => !droppable.includes(name));
      return because(refusal.status === 400 ? fieldsHint(rest, fields) : "");
    }
    for (const name of droppable) {
      delete fields[name];
      dropped.push(name);
    }
  }
}

/** The project's type that is meant where Jira doesn't know it by the name that is set. */
async function typeOf({ client, project, issueType }: JiraOptions): Promise<{ id: string } | { reason: string }> {
  const called = await client.issueTypes(project);
  const types = called.ok ? called.value?.issueTypes ?? [] : [];
  if (types.length === 0) return { reason: `Check JIRA_ISSUE_TYPE, which is ${issueType}.` };
  const type = issueTypeOf(issueType, types);
  return type === undefined ? { reason: `${noSuchType(project, issueType, types)}.` } : { id: type.id };
}

function finished(reason: string, more: string): string {
  return more === "" ? reason : `${reason.replace(/(?<![.;])[.;]+$/, "")}. ${more}`;
}
