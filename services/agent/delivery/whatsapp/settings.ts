import * as v from "valibot";
import { optional, type Setting, url, type Values } from "../../../lib/configuration/mod.ts";
import { bareNumber, connectionSettings, E164, matching, NUMBER_EXPECTED } from "../../connections/mod.ts";
import { consoleUrl } from "../links.ts";

const { twilioAccountSid, twilioAuthToken, operators, publicUrl } = connectionSettings;

/** Settings of WhatsApp through Twilio. */
export const whatsappSettings = {
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
  consoleUrl,
};

export type WhatsAppValues = Values<typeof whatsappSettings>;

function phoneNumber(source: { readonly env: string; readonly help: string }): Setting<string | undefined> {
  return {
    ...optional(source),
    schema: v.pipe(v.string(), v.transform(bareNumber), v.regex(E164, NUMBER_EXPECTED)),
  };
}
