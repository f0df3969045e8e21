import { sleep } from "../../lib/waiting/mod.ts";
import { Hono } from "hono";
import type { Counter } from "prom-client";
import type { Values } from "../../lib/configuration/mod.ts";
import { ApiError, readBounded } from "../../lib/http/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import { bareNumber, samePhone } from "../connections/mod.ts";
import { StoreUnavailable } from "../incidents/mod.ts";
import type { Accounts } from "../accounts/mod.ts";
import { type HandleDeps, handleInbound } from "./handle.ts";
import type { Handled } from "./inbound.ts";
import { textOf } from "./form.ts";
import type { operatorSettings } from "./settings.ts";
import { isFromTwilio, pathAndQuery } from "./signature.ts";
import { noteStatus } from "./status.ts";

/** What the webhooks need. */
export interface WebhookDeps extends HandleDeps {
  /** People with names, by whose numbers messages come. */
  readonly accounts: Accounts;
  /** People are called until one acknowledges. */
  readonly pages?: boolean | undefined;
  readonly log: Logger;
  readonly settings: Values<typeof operatorSettings>;
  /** Counts messages by `source` and `outcome`. */
  readonly counter: Counter<"source" | "outcome">;
  /** How long a store that is away is waited for, in milliseconds; Twilio waits 15 s. */
  readonly patienceMs?: number;
}

/** Longest body, in bytes: Twilio's requests have about 1 KB. */
const LONGEST_BODY = 65_536;
const RETRY_MS = 250;
const WHATSAPP = /^\s*whatsapp:/i;

/** `POST /webhook/twilio` for messages and `POST /webhook/twilio/status` for what became of ours. */
export function twilioWebhooks(deps: WebhookDeps): Hono {
  const { log, settings, counter } = deps;
  const app = new Hono();

  /** The form of a request that Twilio signed. */
  async function signedForm(request: Request): Promise<URLSearchParams> {
    const { twilioAuthToken, twilioAccountSid, publicUrl } = settings;
    const missing = [!twilioAuthToken && "TWILIO_AUTH_TOKEN", !publicUrl && "PUBLIC_URL"].filter(Boolean);
    if (!twilioAuthToken || !publicUrl) {
      throw new ApiError(
        503,
        "not_configured",
        `Set ${missing.join(" and ")}: without it no signature can be checked.`,
      );
    }
    const body = await boundedText(request);
    const signature = request.headers.get("x-twilio-signature") ?? undefined;
    const form = new URLSearchParams(body);
    const signed = isFromTwilio({ url: publicUrl + pathAndQuery(request.url), body, signature }, twilioAuthToken);
    if (!signed || (twilioAccountSid !== undefined && form.get("AccountSid") !== twilioAccountSid)) {
      counter.inc({ source: "twilio", outcome: "forged" });
      log.warn("refused a request to the Twilio webhook: wrong signature", {
        path: pathAndQuery(request.url),
      });
      const message = "The signature does not fit: check TWILIO_AUTH_TOKEN, and that PUBLIC_URL is what Twilio calls.";
      throw new ApiError(403, "bad_signature", message);
    }
    return form;
  }

  app.post("/webhook/twilio", async (c) => {
    const form = await signedForm(c.req.raw);
    if (form.has("MessageStatus") && !form.has("Body")) {
      await patiently(() => noteStatus(form, undefined, deps), deps.patienceMs);
      return twiml();
    }
    const id = form.get("MessageSid") ?? form.get("SmsMessageSid");
    const from = form.get("From") ?? "";
    const sender = bareNumber(from);
    if (id === null || sender === "") throw new ApiError(400, "invalid_input", "MessageSid and From: expected both.");
    // Anybody can send an SMS or a call under somebody else's number; WhatsApp's numbers are checked.
    if (!WHATSAPP.test(from) || !isOurs(form.get("To") ?? "")) {
      counter.inc({ source: "twilio", outcome: "stranger" });
      log.warn("ignored a message that is not from WhatsApp to TWILIO_WHATSAPP_NUMBER", {
        from: masked(from),
        to: masked(form.get("To") ?? ""),
      });
      return twiml();
    }
    // Known by the number as it is listed; the answer goes to the number as WhatsApp has it.
    const listed = settings.operators.find((number) => samePhone(number, sender));
    const account = await patiently(
      () => deps.accounts.byPhone(listed ?? `+${sender.replace(/\D/g, "")}`),
      deps.patienceMs,
    );
    const operator = account?.name ?? listed;
    if (operator === undefined) {
      counter.inc({ source: "twilio", outcome: "stranger" });
      log.warn("ignored a message from a number that is not in USER_WHATSAPP_NUMBER", { from: masked(sender) });
      return twiml();
    }
    const repliedTo = form.get("OriginalRepliedMessageSid");
    const handled = await patiently(() =>
      handleInbound({
        id: `twilio/${id}`,
        sender: operator,
        ...(account === undefined ? { by: `whatsapp:${operator}` } : { role: account.role }),
        text: textOf(form),
        reply: { channel: "whatsapp", to: sender },
        ...(repliedTo === null ? {} : { repliedTo }),
      }, deps), deps.patienceMs);
    note(handled, id);
    return twiml();
  });

  app.post("/webhook/twilio/status", async (c) => {
    const form = await signedForm(c.req.raw);
    await patiently(() => noteStatus(form, c.req.query("row"), deps), deps.patienceMs);
    return twiml();
  });

  /** Whether a message was sent to our number on WhatsApp. */
  function isOurs(to: string): boolean {
    const own = settings.twilioNumber;
    return WHATSAPP.test(to) && (own === undefined || samePhone(own, bareNumber(to)));
  }

  function note(handled: Handled, id: string): void {
    counter.inc({ source: "twilio", outcome: handled.outcome });
    const { outcome, incident, understood } = handled;
    log.info("operator message received", { message: id, outcome, incident: incident?.code, understood });
  }
  return app;
}

/** Tries again while the store is away: Twilio does not repeat a message. */
async function patiently<T>(body: () => Promise<T>, patienceMs = 8_000): Promise<T> {
  const deadline = performance.now() + patienceMs;
  while (true) {
    try {
      return await body();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      if (performance.now() >= deadline) {
        throw new ApiError(503, "store_unavailable", "The message could not be stored; send it again.", {}, {
          cause: error,
        });
      }
      await sleep(RETRY_MS);
    }
  }
}

async function boundedText(request: Request): Promise<string> {
  const { text, cut } = await readBounded(request.body, LONGEST_BODY);
  if (cut) throw new ApiError(413, "body_too_large", `At most ${LONGEST_BODY} bytes.`);
  return text;
}

/** An answer that sends nothing: what there is to say goes out through the outbox. */
function twiml(): Response {
  const body = '<?xml version="1.0" encoding="UTF-8"?><Response/>';
  return new Response(body, { headers: { "content-type": "text/xml; charset=utf-8" } });
}

/** A stranger's number without its middle. */
function masked(number: string): string {
  return number.length < 7 ? "…" : `${number.slice(0, 4)}…${number.slice(-2)}`;
}
