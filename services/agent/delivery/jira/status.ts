import type { IssueFields, JiraClient, JiraRefusal, JiraTransition } from "./client.ts";

/** Whom Jira shows as an issue's assignee. */
export type Assigned = IssueFields["assignee"];

/** How an issue stands after it was looked at, and reopened where it was done. */
export type Standing =
  /** It was not done. */
  | { readonly is: "open" }
  | { readonly is: "reopened" }
  /** It stays done, or is not there. */
  | { readonly is: "closed"; readonly because: string; readonly assignee: Assigned }
  /** Jira could not be asked, or does not know who asks. */
  | { readonly refusal: JiraRefusal };

/** What is known of an issue before it is looked at. */
export interface Before {
  /** An earlier attempt has requested a transition: when the issue is not done now, it was reopened. */
  readonly wasRequested: boolean;
  /** Called before the first transition is requested. */
  readonly reopening: () => Promise<void>;
}

/** How many of a workflow's transitions are tried. */
const MOST_TRIED = 3;
/** Statuses of answers that another attempt would get too, and that say nothing of the credentials. */
const FINAL = [400, 403, 404, 409, 410, 413, 422];
/** Categories of statuses that are not done, by their keys, which are the same in every language; the best first. */
const OPEN_CATEGORIES = ["new", "indeterminate"];

/**
 * Reopens an issue whose status is done by a transition of its workflow to a status that is not; a transition that demands
 * what the agent cannot know is left alone.
 */
export async function reopenIfDone(key: string, before: Before, client: JiraClient): Promise<Standing> {
  const seen = await client.issue(key);
  if (!seen.ok) {
    const { status } = seen.refusal;
    const because = status === 404 ? `${key} no longer exists` : `Jira does not show ${key}`;
    return isFinal(seen.refusal) ? { is: "closed", because, assignee: undefined } : { refusal: seen.refusal };
  }
  if (!isDone(seen.value.fields)) return { is: before.wasRequested ? "reopened" : "open" };
  const assignee = seen.value.fields?.assignee;
  const closed = (because: string): Standing => ({ is: "closed", because, assignee });
  const listed = await client.transitions(key);
  if (!listed.ok) {
    return isFinal(listed.refusal) ? closed(`Jira shows no transition of ${key}`) : { refusal: listed.refusal };
  }
  const offered = reopening(listed.value.transitions ?? []);
  if (offered.length === 0) return closed(`the workflow of ${key} has no transition to reopen it`);
  await before.reopening();
  for (const { id } of offered.slice(0, MOST_TRIED)) {
    const taken = await client.transition(key, id);
    if (taken.ok) return { is: "reopened" };
    if (!isFinal(taken.refusal)) return { refusal: taken.refusal };
  }
  // Someone else may have moved it at the same time.
  const after = await client.issue(key);
  if (after.ok && !isDone(after.value.fields)) return { is: "reopened" };
  return closed(`Jira refused to reopen ${key}`);
}

/** The transitions to a status that is not done, the best first, without those that demand a field. */
export function reopening(transitions: readonly JiraTransition[]): JiraTransition[] {
  const rank = ({ to }: JiraTransition) => {
    const place = OPEN_CATEGORIES.indexOf(to?.statusCategory?.key ?? "");
    return place === -1 ? OPEN_CATEGORIES.length : place;
  };
  return transitions.filter((transition) => {
    const category = transition.to?.statusCategory?.key;
    return category !== undefined && category !== "done" && transition.isAvailable !== false &&
      !demandsAField(transition);
  }).toSorted((a, b) => rank(a) - rank(b));
}

function demandsAField({ fields = {} }: JiraTransition): boolean {
  return Object.values(fields).some(({ required, hasDefaultValue }) => required === true && hasDefaultValue !== true);
}

function isDone(fields: IssueFields | undefined): boolean {
  return fields?.status?.statusCategory?.key === "done";
}

function isFinal({ status }: JiraRefusal): boolean {
  return status !== undefined && FINAL.includes(status);
}
