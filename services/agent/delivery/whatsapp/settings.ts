import { url, type Values } from "../../../lib/configuration/mod.ts";
import { connectionSettings, matching } from "../../connections/mod.ts";
import { consoleUrl } from "../links.ts";

const { twilioAccountSid, twilioAuthToken, twilioNumber, operators, publicUrl } = connectionSettings;

/** Settings of WhatsApp through Twilio. */
export const whatsappSettings = {
  twilioAccountSid,
  twilioAuthToken,
  twilioNumber,
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
