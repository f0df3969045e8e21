import * as v from "valibot";
import { list, optional, secret, type Setting, text, url } from "../../lib/configuration/mod.ts";

const E164 = /^\+[1-9]\d{6,14}$/;
const NUMBER_EXPECTED = "expected numbers in international form, e.g. +14155238886";

/** Settings of what leaves the agent: WhatsApp through Twilio, tickets in Jira Cloud, silences, scaling. */
export const deliverySettings = {
  twilioAccountSid: matching(
    { env: "TWILIO_ACCOUNT_SID", help: "Twilio account, AC and 32 hex digits" },
    /^AC[0-9a-fA-F]{32}$/,
    "expected AC and 32 hex digits",
  ),
  twilioAuthToken: secret({ env: "TWILIO_AUTH_TOKEN", help: "Twilio's auth token; signs its webhooks too" }),
  twilioNumber: phoneNumber({
    env: "TWILIO_WHATSAPP_NUMBER",
    help: "our WhatsApp number at Twilio, e.g. +14155238886",
  }),
  operators: phoneNumbers({
    env: "USER_WHATSAPP_NUMBER",
    help: "numbers that may give orders, comma-separated; the first is paged",
  }),
  twilioBaseUrl: url({ env: "TWILIO_BASE_URL", help: "Twilio's API" }, "https://api.twilio.com"),
  twilioContentSid: matching(
    { env: "TWILIO_CONTENT_SID", help: "content template for messages outside WhatsApp's 24-hour window, HX…" },
    /^HX[0-9a-fA-F]{32}$/,
    "expected HX and 32 hex digits",
  ),
  publicUrl: optionalUrl({ env: "PUBLIC_URL", help: "base URL under which Twilio reaches this agent" }),
  jiraUrl: optionalUrl({ env: "JIRA_URL", help: "Jira Cloud site, e.g. https://example.atlassian.net" }),
  jiraEmail: optional({ env: "JIRA_EMAIL", help: "e-mail address of the Jira account that makes tickets" }),
  jiraApiToken: secret({ env: "JIRA_API_TOKEN", help: "API token of that account" }),
  jiraProjectKey: matching(
    { env: "JIRA_PROJECT_KEY", help: "project that tickets are made in, e.g. OPS" },
    /^[A-Za-z][A-Za-z0-9_]{0,99}$/,
    "expected a project key, e.g. OPS",
  ),
  jiraIssueType: text({ env: "JIRA_ISSUE_TYPE", help: "type of the tickets" }, "Task"),
  jiraResolveTransition: optional({
    env: "JIRA_RESOLVE_TRANSITION",
    help: "transition (or the status that it leads to) that a ticket takes when its incident resolves, e.g. Done",
  }),
  alertmanagerUrl: url({ env: "ALERTMANAGER_URL", help: "Alertmanager" }, "http://127.0.0.1:9093"),
  pmUrl: url({ env: "PM_URL", help: "process manager, which scales" }, "http://127.0.0.1:7070"),
};

interface Source {
  readonly env: string;
  readonly help: string;
}

/** A number without spaces, dashes, brackets and Twilio's `whatsapp:` before it. */
export function bareNumber(text: string): string {
  return text.replace(/^\s*whatsapp:/i, "").replaceAll(/[\s().-]/g, "");
}

function phoneNumber(source: Source): Setting<string | undefined> {
  return {
    ...optional(source),
    schema: v.pipe(v.string(), v.transform(bareNumber), v.regex(E164, NUMBER_EXPECTED)),
  };
}

function phoneNumbers(source: Source): Setting<readonly string[]> {
  const words = list(source);
  return {
    ...words,
    schema: v.pipe(
      words.schema,
      v.transform((numbers) => numbers.map(bareNumber)),
      v.array(v.pipe(v.string(), v.regex(E164, NUMBER_EXPECTED))),
    ),
  };
}

function matching(source: Source, pattern: RegExp, expected: string): Setting<string | undefined> {
  return { ...optional(source), schema: v.pipe(v.string(), v.trim(), v.regex(pattern, expected)) };
}

function optionalUrl(source: Source): Setting<string | undefined> {
  return { ...source, fallback: undefined, schema: url(source, "").schema };
}
