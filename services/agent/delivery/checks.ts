import { INSTANCE } from "../../lib/lifecycle/mod.ts";
import { alertmanagerCheck } from "./alertmanager/check.ts";
import type { Check } from "./check.ts";
import { type DeliveryValues, jiraClient, missingForJira, missingForWhatsApp } from "./channels.ts";
import { issueTypeOf, missingFields, noSuchType, type TicketFields, WHERE_SET } from "./jira/fields.ts";
import { jsonOf, type Outgoing, request } from "./outgoing.ts";
import { twilioMessages, TwilioRefusal } from "./whatsapp/client.ts";

/**
 * Looks at everything that news and orders leave through: WhatsApp, the way back from Twilio, Jira, Alertmanager.
 * `heard`: an alert has come since the agent's start.
 */
export async function deliveryChecks(
  settings: DeliveryValues,
  outgoing: Outgoing,
  { heard, ticketFields = {} }: { readonly heard: boolean; readonly ticketFields?: TicketFields | undefined },
): Promise<Check[]> {
  return await Promise.all([
    whatsapp(settings, outgoing),
    wayBack(settings, outgoing),
    jira(settings, outgoing, ticketFields),
    alertmanagerCheck(settings.alertmanagerUrl, outgoing, { heard }),
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
    const messages = twilioMessages(account, outgoing);
    const { instances: [last] } = await messages.page({ ...addresses, pageSize: 1 });
    const status = String(last?.status ?? "");
    if (status === "failed" || status === "undelivered") {
      const hint = TWILIO_HINTS[Number(last?.errorCode)] ?? "see the message in Twilio's console";
      return failed(name, `the last message was not delivered (error ${last?.errorCode}): ${hint}`);
    }
    if (settings.twilioContentSid === undefined) {
      const { instances: [reply] } = await messages.page({ from: addresses.to, to: addresses.from, pageSize: 1 });
      return failed(name, withoutTemplate(reply?.dateSent, outgoing.now()));
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

const WINDOW_MS = 24 * 3_600_000;

/** What it means that there is no template; `heardAt` is when the operator wrote last. */
function withoutTemplate(heardAt: Date | undefined, now: Date): string {
  const closes = new Date((heardAt?.getTime() ?? 0) + WINDOW_MS);
  const until = closes > now
    ? `pages arrive only until ${closes.toISOString()}, 24 hours after the operator's last message`
    : "no page arrives now: the operator has not written in the last 24 hours";
  return `there is no message template, and ${until}: set TWILIO_CONTENT_SID to an approved one`;
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
  const body = jsonOf(answer.body) as { instance_id?: unknown } | undefined;
  if (body?.instance_id !== INSTANCE) {
    return failed(name, `PUBLIC_URL leads to something else than this agent (it answered ${answer.status})`);
  }
  const numbers = settings.operators.length;
  if (numbers === 0) return failed(name, "nobody may give orders: set USER_WHATSAPP_NUMBER");
  const hook = `${settings.publicUrl}/webhook/twilio`;
  return ok(name, `${hook} leads here; ${numbers} ${numbers === 1 ? "number" : "numbers"} may give orders`);
}

async function jira(settings: DeliveryValues, outgoing: Outgoing, ticketFields: TicketFields): Promise<Check> {
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

function masked(number: string): string {
  return `${number.slice(0, 4)}…${number.slice(-2)}`;
}
