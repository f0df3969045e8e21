import * as v from "valibot";
import { list, optional, secret, type Setting, url } from "../../lib/configuration/mod.ts";
import { bareNumber, E164, NUMBER_EXPECTED } from "./numbers.ts";

/** Settings that more than one room reads. */
export const connectionSettings = {
  twilioAccountSid: matching(
    { env: "TWILIO_ACCOUNT_SID", help: "Twilio account, AC and 32 hex digits" },
    /^AC[0-9a-fA-F]{32}$/,
    "expected AC and 32 hex digits",
  ),
  twilioAuthToken: secret({ env: "TWILIO_AUTH_TOKEN", help: "Twilio's auth token, which also signs its webhooks" }),
  twilioNumber: phoneNumber({
    env: "TWILIO_WHATSAPP_NUMBER",
    help: "your WhatsApp number at Twilio, e.g. +14155238886",
  }),
  operators: phoneNumbers({
    env: "USER_WHATSAPP_NUMBER",
    help: "operators' phone numbers, comma-separated; the first is paged",
  }),
  publicUrl: optionalUrl({ env: "PUBLIC_URL", help: "base URL at which Twilio reaches this agent" }),
  alertmanagerUrl: url({ env: "ALERTMANAGER_URL", help: "Alertmanager" }, "http://127.0.0.1:9093"),
  pmUrl: url(
    { env: "PM_URL", help: "the manager, for events and scaling" },
    "http://127.0.0.1:7070",
  ),
};

interface Source {
  readonly env: string;
  readonly help: string;
}

/** Text that may be absent and has the form of `pattern`. */
export function matching(source: Source, pattern: RegExp, expected: string): Setting<string | undefined> {
  return { ...optional(source), schema: v.pipe(v.string(), v.trim(), v.regex(pattern, expected)) };
}

/** An http(s) URL that may be absent. */
export function optionalUrl(source: Source): Setting<string | undefined> {
  return { ...source, fallback: undefined, schema: url(source, "").schema };
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
