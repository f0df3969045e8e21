import { type Check, failed, ok, skipped } from "../check.ts";
import { unset } from "../integration.ts";
import type { Outgoing } from "../outgoing.ts";
import { JiraClient } from "./client.ts";
import { issueTypeOf, missingFields, noSuchType, type TicketFields, WHERE_SET } from "./fields.ts";
import type { JiraValues } from "./settings.ts";

/** Variables without which no ticket can be made. */
export function missingForJira(settings: JiraValues): string[] {
  return unset([
    ["JIRA_URL", settings.jiraUrl],
    ["JIRA_EMAIL", settings.jiraEmail],
    ["JIRA_API_TOKEN", settings.jiraApiToken],
    ["JIRA_PROJECT_KEY", settings.jiraProjectKey],
  ]);
}

/** Jira as the settings name it; they are complete. */
export function jiraClient(settings: JiraValues, outgoing: Outgoing): JiraClient {
  const { jiraUrl, jiraEmail, jiraApiToken } = settings;
  return new JiraClient({ url: jiraUrl!, email: jiraEmail!, apiToken: jiraApiToken! }, outgoing);
}

/** Whether tickets can be made and assigned. */
export async function jiraCheck(
  settings: JiraValues,
  outgoing: Outgoing,
  ticketFields: TicketFields,
): Promise<Check> {
  const name = "Jira";
  const missing = missingForJira(settings);
  if (missing.length > 0) return skipped(name, missing);
  const client = jiraClient(settings, outgoing);
  const project = settings.jiraProjectKey!;
  const me = await client.myself();
  if (!me.ok) return failed(name, me.refusal.reason);
  const found = await client.project(project);
  if (!found.ok) {
    return failed(
      name,
      found.refusal.status === 404 ? `no project ${project}: check JIRA_PROJECT_KEY` : found.refusal.reason,
    );
  }
  const types = await client.issueTypes(project);
  if (!types.ok) return failed(name, types.refusal.reason);
  // Jira lists the types only to those who may create.
  const { issueTypes } = types.value;
  if (issueTypes.length === 0) return failed(name, `${me.value.displayName} may not create issues in ${project}`);
  const type = issueTypeOf(settings.jiraIssueType, issueTypes);
  if (type === undefined) return failed(name, noSuchType(project, settings.jiraIssueType, issueTypes));
  const demanded = await missingFields(client, { project, type: type.id, ticketFields });
  if (!demanded.ok) return failed(name, demanded.refusal.reason);
  if (demanded.value.length > 0) {
    return failed(
      name,
      `${project} demands more of a ${type.name}: set ${demanded.value.join(", ")} under ${WHERE_SET}`,
    );
  }
  const people = await client.assignable(project, "");
  if (!people.ok) return failed(name, `nobody can be looked up for assignment: ${people.refusal.reason}`);
  return ok(name, `${me.value.displayName} may create a ${type.name} in ${project} and assign it`);
}
