import { INSTANCE } from "../../../lib/lifecycle/mod.ts";
import { type Check, failed, ok, skipped } from "../check.ts";
import { unset } from "../integration.ts";
import { jsonOf, type Outgoing, request } from "../outgoing.ts";
import { twilioMessages, TwilioRefusal } from "./client.ts";
import type { WhatsAppValues } from "./settings.ts";

/** Variables without which no WhatsApp message can leave. */
export function missingForWhatsApp(settings: WhatsAppValues): string[] {
  return unset([
    ["TWILIO_ACCOUNT_SID", settings.twilioAccountSid],
    ["TWILIO_AUTH_TOKEN", settings.twilioAuthToken],
    ["TWILIO_WHATSAPP_NUMBER", settings.twilioNumber],
    ["USER_WHATSAPP_NUMBER", settings.operators[0]],
  ]);
}

/** Twilio's errors that say what to fix (https://www.twilio.com/docs/api/errors). */
const TWILIO_HINTS: Readonly<Record<number, string>> = {
  21211: "USER_WHATSAPP_NUMBER is no number that can be reached",
  63003: "USER_WHATSAPP_NUMBER has no WhatsApp",
  63007: "TWILIO_WHATSAPP_NUMBER is no WhatsApp sender of this account",
  63015: "that number has not joined the WhatsApp sandbox: send its join message once",
  63016: "outside the 24-hour window: set TWILIO_CONTENT_SID, or write to the number once",
};

/** Whether Twilio takes messages for the operator. */
export async function whatsappCheck(settings: WhatsAppValues, outgoing: Outgoing): Promise<Check> {
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
export async function repliesCheck(settings: WhatsAppValues, outgoing: Outgoing): Promise<Check> {
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

function masked(number: string): string {
  return `${number.slice(0, 4)}…${number.slice(-2)}`;
}
