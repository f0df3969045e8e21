import * as v from "valibot";
import { optional, secret, type Setting, text, url } from "../../lib/configuration/mod.ts";
import { bareNumber, connectionSettings, E164, matching, NUMBER_EXPECTED, optionalUrl } from "../connections/mod.ts";

const { twilioAccountSid, twilioAuthToken, operators, publicUrl, alertmanagerUrl, pmUrl } = connectionSettings;

/** Settings of what leaves the agent: WhatsApp through Twilio, tickets in Jira Cloud, silences, scaling. */
export const deliverySettings = {
  twilioAccountSid,
  twilioAuthToken,
  twilioNumber: phoneNumber({
    env: "TWILIO_WHATSAPP_NUMBER",
    help: "your WhatsApp number at Twilio, e.g. +14155238886",
  }),
  operators,
  twilioBaseUrl: url({ env: "TWILIO_BASE_URL", help: "Twilio's API" }, "https://api.twilio.com"),
  twilioContentSid: matching(
    { env: "TWILIO_CONTENT_SID", help: "content template for messages outside WhatsApp's 24-hour window, HX…" },
    /^HX[0-9a-fA-F]{32}$/,
    "expected HX and 32 hex digits",
  ),
  publicUrl,
  consoleUrl: optionalUrl({
    env: "CONSOLE_URL",
    help: "base URL of the console for links in messages; PUBLIC_URL if that is the same",
  }),
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
  alertmanagerUrl,
  pmUrl,
};

function phoneNumber(source: { readonly env: string; readonly help: string }): Setting<string | undefined> {
  return {
    ...optional(source),
    schema: v.pipe(v.string(), v.transform(bareNumber), v.regex(E164, NUMBER_EXPECTED)),
  };
}
