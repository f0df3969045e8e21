import { optional, secret, text, type Values } from "../../../lib/configuration/mod.ts";
import { connectionSettings, matching, optionalUrl } from "../../connections/mod.ts";
import { consoleUrl } from "../links.ts";

/** Settings of tickets in Jira Cloud. */
export const jiraSettings = {
  jiraUrl: optionalUrl({ env: "JIRA_URL", help: "Jira Cloud site, e.g. https://example.atlassian.net" }),
  jiraEmail: optional({ env: "JIRA_EMAIL", help: "email address of the Jira account that creates tickets" }),
  jiraApiToken: secret({ env: "JIRA_API_TOKEN", help: "API token of that account" }),
  jiraProjectKey: matching(
    { env: "JIRA_PROJECT_KEY", help: "project of the tickets, e.g. OPS" },
    /^[A-Za-z][A-Za-z0-9_]{0,99}$/,
    "expected a project key, e.g. OPS",
  ),
  jiraIssueType: text({ env: "JIRA_ISSUE_TYPE", help: "type of the tickets" }, "Task"),
  jiraResolveTransition: optional({
    env: "JIRA_RESOLVE_TRANSITION",
    help: "transition (or its target status) for the ticket of a resolved incident, e.g. Done",
  }),
  publicUrl: connectionSettings.publicUrl,
  consoleUrl,
};

export type JiraValues = Values<typeof jiraSettings>;
