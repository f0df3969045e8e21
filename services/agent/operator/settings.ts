import * as v from "valibot";
import { list, optional, secret, type Setting, url } from "../../lib/configuration/mod.ts";

/** Settings of what operators send: how Twilio's requests are known, and who may give orders. */
export const operatorSettings = {
  twilioAccountSid: optional({ env: "TWILIO_ACCOUNT_SID", help: "Twilio account, AC and 32 hex digits" }),
  twilioAuthToken: secret({ env: "TWILIO_AUTH_TOKEN", help: "Twilio's auth token; signs its webhooks too" }),
  operators: numbers(
    list({
      env: "USER_WHATSAPP_NUMBER",
      help: "numbers that may give orders, comma-separated; the first is paged",
    }),
  ),
  publicUrl: {
    env: "PUBLIC_URL",
    help: "base URL under which Twilio reaches this agent",
    fallback: undefined,
    schema: url({ help: "" }, "").schema,
  } as Setting<string | undefined>,
};

/** A number without spaces, dashes, brackets and Twilio's `whatsapp:` before it. */
export function bareNumber(text: string): string {
  return text.replace(/^\s*whatsapp:/i, "").replaceAll(/[\s().-]/g, "");
}

function numbers(words: Setting<readonly string[]>): Setting<readonly string[]> {
  return { ...words, schema: v.pipe(words.schema, v.transform((given) => given.map(bareNumber))) };
}
