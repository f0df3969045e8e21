import { parse } from "yaml";
import { AlertmanagerClient } from "./alertmanager/client.ts";
import { type DeliveryValues, jiraClient, missingForJira, missingForWhatsApp } from "./channels.ts";
import { jsonOf, type Outgoing, request } from "./outgoing.ts";
import { twilioMessages, TwilioRefusal } from "./whatsapp/client.ts";

/** What a look at one integration found; nothing is changed by looking. */
export interface Check {
  /** What was looked at, e.g. `WhatsApp`. */
  readonly name: string;
  readonly state: "ok" | "failed" | "skipped";
  /** One line: what was found, and how to mend what is wrong. */
  readonly text: string;
}

/** Looks at everything that news and orders leave through: WhatsApp, the way back from Twilio, Jira, Alertmanager. */
export async function deliveryChecks(settings: DeliveryValues, outgoing: Outgoing): Promise<Check[]> {
  return await Promise.all([
    whatsapp(settings, outgoing),
    wayBack(settings, outgoing),
    jira(settings, outgoing),
    alertmanager(settings, outgoing),
  ]);
}

const ok = (name: string, text: string): Check => ({ name, state: "ok", text });
const failed = (name: string, text: string): Check => ({ name, state: "failed", text });
const skipped = (name: string, missing: readonly string[]): Check => ({
  name,
  state: "skipped",
  text: `not configured: set ${missing.join(", ")}`,
});

/** Twilio's errors that say what to mend (https://www.twilio.com/docs/api/errors). */
const TWILIO_HINTS: Readonly<Record<number, string>> = {
  21211: "USER_WHATSAPP_NUMBER is no number that can be reached",
  63003: "USER_WHATSAPP_NUMBER has no WhatsApp",
  63007: "TWILIO_WHATSAPP_NUMBER is no WhatsApp sender of this account",
  63015: "that number has not joined the WhatsApp sandbox: send its join message once",
  63016: "outside the 24-hour window: set TWILIO_CONTENT_SID, or write to the number once",
};

async function whatsapp(settings: DeliveryValues, outgoing: Outgoing): Promise<Check> {
  const name = "WhatsApp";
  const missing = missingForWhatsApp(settings);
  if (missing.length > 0) return skipped(name, missing);
  const account = {
    accountSid: settings.twilioAccountSid!,
    authToken: settings.twilioAuthToken!,
    baseUrl: settings.twilioBaseUrl,
  };
  const addresses = { from: `whatsapp:${settings.twilioNumber}`, to: `whatsapp:${settings.operators[0]}` };
  try {
    const { instances: [last] } = await twilioMessages(account, outgoing).page({ ...addresses, pageSize: 1 });
    const status = String(last?.status ?? "");
    if (status === "failed" || status === "undelivered") {
      const hint = TWILIO_HINTS[Number(last?.errorCode)] ?? "see the message in Twilio's console";
      return failed(name, `the last message was not delivered (error ${last?.errorCode}): ${hint}`);
    }
    const seen = last === undefined ? "no message was sent to it yet" : `the last message to it is ${status || "sent"}`;
    return ok(name, `Twilio accepts the credentials; pages go to ${masked(settings.operators[0]!)}, ${seen}`);
  } catch (error) {
    if (!(error instanceof TwilioRefusal)) throw error;
    const status = error.answer.kind === "answer" ? error.answer.status : undefined;
    if (status === 401 || status === 403) {
      return failed(name, `${error.message}: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN`);
    }
    if (status === 404) return failed(name, `${error.message}: check TWILIO_ACCOUNT_SID and TWILIO_BASE_URL`);
    return failed(name, `Twilio cannot be asked at ${settings.twilioBaseUrl}: ${error.message}`);
  }
}

/** Whether `PUBLIC_URL` leads to this agent. */
async function wayBack(settings: DeliveryValues, outgoing: Outgoing): Promise<Check> {
  const name = "Replies";
  const missing = [
    ...settings.publicUrl ? [] : ["PUBLIC_URL"],
    ...settings.twilioAuthToken ? [] : ["TWILIO_AUTH_TOKEN"],
  ];
  if (missing.length > 0) return skipped(name, missing);
  const answer = await request(`${settings.publicUrl}/healthz`, {}, outgoing);
  if (answer.kind === "silence") return failed(name, `PUBLIC_URL cannot be reached from here: ${answer.reason}`);
  const body = jsonOf(answer.body) as { name?: unknown; pid?: unknown } | undefined;
  if (body?.name !== "oncall-agent" || body.pid !== Deno.pid) {
    return failed(name, `PUBLIC_URL leads to something else than this agent (it answered ${answer.status})`);
  }
  const numbers = settings.operators.length;
  if (numbers === 0) return failed(name, "nobody may give orders: set USER_WHATSAPP_NUMBER");
  const hook = `${settings.publicUrl}/webhook/twilio`;
  return ok(name, `${hook} leads here; ${numbers} ${numbers === 1 ? "number" : "numbers"} may give orders`);
}

async function jira(settings: DeliveryValues, outgoing: Outgoing): Promise<Check> {
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
  const names = types.value.issueTypes.map((type) => type.name);
  if (names.length === 0) return failed(name, `${me.value.displayName} may not create issues in ${project}`);
  if (!names.some((type) => type.toLowerCase() === settings.jiraIssueType.toLowerCase())) {
    return failed(
      name,
      `${project} has no issue type ${settings.jiraIssueType}: set JIRA_ISSUE_TYPE to one of ${names.join(", ")}`,
    );
  }
  const people = await client.assignable(project, "");
  if (!people.ok) return failed(name, `nobody can be looked up for assignment: ${people.refusal.reason}`);
  return ok(name, `${me.value.displayName} may create a ${settings.jiraIssueType} in ${project} and assign it`);
}

async function alertmanager(settings: DeliveryValues, outgoing: Outgoing): Promise<Check> {
  const name = "Alertmanager";
  const status = await new AlertmanagerClient(settings.alertmanagerUrl, outgoing).status();
  if (!status.ok) {
    return failed(name, `${status.reason} (${settings.alertmanagerUrl}): start it, or set ALERTMANAGER_URL`);
  }
  const hooks = webhooksOf(status.value?.config?.original ?? "");
  const version = status.value?.versionInfo?.version ?? "of an unknown version";
  if (hooks === undefined) return failed(name, `version ${version} shows a configuration that cannot be read`);
  if (hooks.length === 0) return failed(name, "it has no webhook: add a receiver with the agent's address and /alerts");
  // Newer versions hide the addresses: then the heartbeat is what shows that alerts arrive.
  const shown = hooks.filter((hook) => URL.canParse(hook));
  const ours = shown.filter((hook) => new URL(hook).pathname.endsWith("/alerts"));
  if (shown.length > 0 && ours.length === 0) {
    return failed(name, `none of its webhooks (${shown.join(", ")}) leads to the agent's /alerts`);
  }
  return ok(name, `version ${version} sends to ${ours[0] ?? "a webhook whose address it hides"}; silences can be made`);
}

/** Addresses of a configuration's webhooks; undefined when it cannot be read. */
function webhooksOf(config: string): string[] | undefined {
  try {
    const { receivers = [] } = (parse(config) ?? {}) as { receivers?: { webhook_configs?: { url?: unknown }[] }[] };
    return receivers.flatMap((receiver) => (receiver.webhook_configs ?? []).map((hook) => String(hook.url ?? "")));
  } catch {
    return undefined;
  }
}

function masked(number: string): string {
  return `${number.slice(0, 4)}…${number.slice(-2)}`;
}
