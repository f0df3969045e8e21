import type { Integration } from "../integration.ts";
import { jiraChannel } from "./channel.ts";
import { jiraCheck, jiraClient, missingForJira } from "./check.ts";
import { jiraSettings, type JiraValues } from "./settings.ts";

export const jira = {
  name: "Jira",
  settings: jiraSettings,
  missing: missingForJira,
  carriesOut: { channel: "jira", orders: ["create_jira_ticket", "assign", "comment", "reopen_ticket"] },
  create: (settings, { outgoing, ticketFields, tell }) =>
    jiraChannel({
      client: jiraClient(settings, outgoing),
      project: settings.jiraProjectKey!,
      issueType: settings.jiraIssueType,
      ticketFields,
      resolveTransition: settings.jiraResolveTransition,
      publicUrl: settings.consoleUrl ?? settings.publicUrl,
      get tell() {
        return tell();
      },
      now: outgoing.now,
    }),
  checks: (settings, { outgoing, ticketFields }) => [jiraCheck(settings, outgoing, ticketFields)],
} as const satisfies Integration<JiraValues>;
