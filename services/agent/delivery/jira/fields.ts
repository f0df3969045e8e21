import type { Called, JiraClient, JiraIssueType } from "./client.ts";

/** What a project wants of every ticket beyond what the agent fills in, from `jira` in `config/oncall.yaml`. */
export interface TicketFields {
  /** By the field's id, as Jira's API takes it. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  /** By name. */
  readonly components?: readonly string[] | undefined;
}

/** Where {@linkcode TicketFields} are set, for people. */
export const WHERE_SET = '"jira" in config/oncall.yaml';

/** Fields that every ticket of the agent's has, or that Jira fills in. */
const FILLED = ["project", "issuetype", "summary", "description", "labels", "priority", "reporter"];

/** The configured fields as Jira takes them. */
export function configuredFields({ fields = {}, components }: TicketFields): Record<string, unknown> {
  return { ...fields, ...(components === undefined ? {} : { components: components.map((name) => ({ name })) }) };
}

/**
 * The type that is meant: by its id, its name, or its name before it was translated; else the only one that is neither a
 * subtask nor above the tasks.
 */
export function issueTypeOf(wanted: string, types: readonly JiraIssueType[]): JiraIssueType | undefined {
  const low = wanted.trim().toLowerCase();
  const named = types.find(({ id }) => id === wanted) ?? types.find(({ name }) => name.toLowerCase() === low) ??
    types.find(({ untranslatedName }) => untranslatedName?.toLowerCase() === low);
  if (named !== undefined) return named;
  const plain = types.filter(({ subtask, hierarchyLevel }) => subtask !== true && (hierarchyLevel ?? 0) === 0);
  const isKnown = plain.some(({ hierarchyLevel }) => hierarchyLevel !== undefined);
  return isKnown && plain.length === 1 ? plain[0] : undefined;
}

/** `OPS has no issue type Task: set JIRA_ISSUE_TYPE to one of Aufgabe, Fehler`. */
export function noSuchType(project: string, wanted: string, types: readonly JiraIssueType[]): string {
  const names = types.filter(({ subtask }) => subtask !== true).map(({ name }) => name);
  return `${project} has no issue type ${wanted}: set JIRA_ISSUE_TYPE to one of ${names.join(", ")}`;
}

/** The fields that a ticket of this type needs and that nothing fills in, as `Customer impact (customfield_10126)`. */
export async function missingFields(
  client: JiraClient,
  { project, type, ticketFields }: {
    readonly project: string;
    readonly type: string;
    readonly ticketFields: TicketFields;
  },
): Promise<Called<string[]>> {
  const called = await client.fieldsOf(project, type);
  if (!called.ok) return called;
  const set = [...FILLED, ...Object.keys(configuredFields(ticketFields))];
  const missing = (called.value?.fields ?? called.value?.values ?? []).flatMap((field) => {
    const id = field.fieldId ?? field.key ?? "";
    const isOpen = field.required === true && field.hasDefaultValue !== true && id !== "" && !set.includes(id);
    return isOpen ? [`${field.name ?? id} (${id})`] : [];
  });
  return { ok: true, value: missing };
}

/** What to do about fields that Jira refused; empty where nothing can be set. */
export function fieldsHint(refused: readonly string[], sent: Readonly<Record<string, unknown>>): string {
  const absent = refused.filter((name) => !(name in sent));
  if (absent.length > 0) {
    return `The project demands ${absent.join(", ")}: set ${
      absent.length === 1 ? "it" : "them"
    } under ${WHERE_SET}; "oncall doctor" names what is missing.`;
  }
  if (refused.includes("project")) return "Check JIRA_PROJECT_KEY, and that the project is not archived.";
  const own = refused.filter((name) => name === "components" || name.startsWith("customfield_"));
  return own.length === 0 ? "" : `Check ${own.join(", ")} under ${WHERE_SET}.`;
}
