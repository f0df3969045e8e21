import webhooks from "twilio/lib/webhooks/webhooks.js";
import type { Incident, OrderChannels, OutboxRow, Store } from "../../incidents/mod.ts";
import { sampleIncident } from "../../incidents/conformance/mod.ts";

/** What Twilio would send: an operator's WhatsApp message. */
export const OPERATOR = "+15552223333";
export const ACCOUNT = "AC0123456789abcdef0123456789abcdef";
export const TOKEN = "0123456789abcdef0123456789abcdef";
export const PUBLIC_URL = "https://oncall.example.com";

/** The form of a WhatsApp message as Twilio posts it. */
export function messageForm(text: string, overrides: Record<string, string> = {}): URLSearchParams {
  return new URLSearchParams({
    SmsMessageSid: "SM00000000000000000000000000000001",
    NumMedia: "0",
    ProfileName: "Ravi Ünal",
    MessageType: "text",
    SmsSid: "SM00000000000000000000000000000001",
    WaId: OPERATOR.slice(1),
    SmsStatus: "received",
    Body: text,
    To: "whatsapp:+15550001111",
    NumSegments: "1",
    MessageSid: "SM00000000000000000000000000000001",
    AccountSid: ACCOUNT,
    From: `whatsapp:${OPERATOR}`,
    ApiVersion: "2010-04-01",
    ...overrides,
  });
}

/** The signature that Twilio's own package makes for a form. */
export function sign(form: URLSearchParams, url: string, token = TOKEN): string {
  return webhooks.getExpectedTwilioSignature(token, url, Object.fromEntries(form));
}

/** A signed request as it reaches the agent behind `PUBLIC_URL`. */
export function signedRequest(form: URLSearchParams, path = "/webhook/twilio"): Request {
  return new Request(`http://127.0.0.1:8088${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      "x-twilio-signature": sign(form, `${PUBLIC_URL}${path}`),
    },
    body: form.toString(),
  });
}

export function anIncident(overrides: Partial<Incident> = {}): Incident {
  return sampleIncident({ id: "incident-1", state: "diagnosed", opened_at: "2026-01-01T12:00:00.000Z", ...overrides });
}

/** Which channel carries out which order. */
export const ORDER_CHANNELS: OrderChannels = new Map([
  ["create_jira_ticket", "jira"],
  ["assign", "jira"],
  ["comment", "jira"],
  ["silence", "alertmanager"],
  ["unsilence", "alertmanager"],
  ["scale", "manager"],
]);

/** Everything that stands in the outbox, in order, taken out as a worker would. */
export async function outbox(store: Store): Promise<OutboxRow[]> {
  const channels = ["log", "whatsapp", "conversation", "jira", "alertmanager", "manager"];
  const rows: OutboxRow[] = [];
  while (true) {
    const claimed = await store.claimOutbox("test", { channels, leaseMs: 600_000 });
    if (claimed === undefined) return rows;
    rows.push(claimed.row);
  }
}

/** From which size on orders are asked about, as settings and as what they mean. */
export const ASKED = { confirmSilenceHours: 24, confirmScaleAbove: 10 };
export const LIMITS = { silenceMs: 86_400_000, replicas: 10 };
