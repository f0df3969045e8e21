import type { Values } from "../../configuration/mod.ts";
import type { Logger } from "../../telemetry/mod.ts";
import type { Channel } from "./channel.ts";
import { conversationChannel } from "./conversation/channel.ts";
import { logChannel } from "./log/channel.ts";
import type { Outgoing } from "./outgoing.ts";
import type { deliverySettings } from "./settings.ts";
import { whatsappChannel } from "./whatsapp/channel.ts";

/** What channels are made with. */
export interface ChannelDeps {
  readonly log: Logger;
  readonly fetch?: typeof fetch;
  readonly now?: () => Date;
}

/** Validated {@linkcode deliverySettings}. */
export type DeliveryValues = Values<typeof deliverySettings>;

/** Longest that a request to another side may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * The channels that the settings allow: always `log` and `conversation`, and `whatsapp` where Twilio is configured. One
 * log line for each integration left out names the variables that would enable it.
 */
export function createChannels(settings: DeliveryValues, deps: ChannelDeps): Channel[] {
  const { log, fetch: via = fetch, now = () => new Date() } = deps;
  const outgoing: Outgoing = { fetch: via, now, timeoutMs: REQUEST_TIMEOUT_MS };
  const channels = [logChannel(log), conversationChannel()];
  const missing = missingForWhatsApp(settings);
  if (missing.length > 0) log.info(skipped("WhatsApp", missing));
  else channels.push(whatsapp(settings, outgoing));
  return channels;
}

/** Variables without which no WhatsApp message can leave. */
export function missingForWhatsApp(settings: DeliveryValues): string[] {
  const needed: [string, unknown][] = [
    ["TWILIO_ACCOUNT_SID", settings.twilioAccountSid],
    ["TWILIO_AUTH_TOKEN", settings.twilioAuthToken],
    ["TWILIO_WHATSAPP_NUMBER", settings.twilioNumber],
    ["USER_WHATSAPP_NUMBER", settings.operators[0]],
  ];
  return needed.filter(([, value]) => value === undefined).map(([name]) => name);
}

/** `WhatsApp is skipped: set A and B to enable it`. */
export function skipped(integration: string, missing: readonly string[]): string {
  const names = missing.length === 1 ? missing[0] : `${missing.slice(0, -1).join(", ")} and ${missing.at(-1)}`;
  return `${integration} is skipped: set ${names} to enable it`;
}

function whatsapp(settings: DeliveryValues, outgoing: Outgoing): Channel {
  return whatsappChannel({
    accountSid: settings.twilioAccountSid!,
    authToken: settings.twilioAuthToken!,
    baseUrl: settings.twilioBaseUrl,
    from: settings.twilioNumber!,
    to: settings.operators[0]!,
    publicUrl: settings.publicUrl,
    contentSid: settings.twilioContentSid,
  }, outgoing);
}
