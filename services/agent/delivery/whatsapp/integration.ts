import type { Integration } from "../integration.ts";
import { whatsappChannel } from "./channel.ts";
import { missingForWhatsApp, repliesCheck, whatsappCheck } from "./check.ts";
import { whatsappSettings, type WhatsAppValues } from "./settings.ts";

export const whatsapp = {
  name: "WhatsApp",
  settings: whatsappSettings,
  missing: missingForWhatsApp,
  create: (settings, { outgoing, onCall }) =>
    whatsappChannel({
      onCall,
      accountSid: settings.twilioAccountSid!,
      authToken: settings.twilioAuthToken!,
      baseUrl: settings.twilioBaseUrl,
      from: settings.twilioNumber!,
      to: settings.operators[0]!,
      publicUrl: settings.publicUrl,
      consoleUrl: settings.consoleUrl ?? settings.publicUrl,
      contentSid: settings.twilioContentSid,
    }, outgoing),
  checks: (settings, { outgoing }) => [whatsappCheck(settings, outgoing), repliesCheck(settings, outgoing)],
} as const satisfies Integration<WhatsAppValues>;
