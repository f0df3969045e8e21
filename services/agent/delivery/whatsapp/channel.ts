import {
  ANSWER_KINDS,
  type IncidentView,
  NEWS_KINDS,
  type OutboxEntry,
  saveConversation,
  saveMessageOf,
} from "../../incidents/mod.ts";
import type { Channel, Effects, FindResult, Letter, Receipt, SendResult } from "../channel.ts";
import type { OnCall } from "../integration.ts";
import type { Outgoing } from "../outgoing.ts";
import { alertTitle, causeOf } from "../words/page.ts";
import { messageText } from "../words/render.ts";
import { cutAtSentence, finished, oneLine } from "../words/text.ts";
import { type TwilioAccount, twilioMessages, TwilioRefusal } from "./client.ts";
import { messageTag } from "../tag.ts";
import { splitMessage } from "./split.ts";

/** Error of a free-form message outside WhatsApp's 24 hours (https://www.twilio.com/docs/api/errors/63016). */
export const OUTSIDE_WINDOW = 63016;

/** How WhatsApp messages leave. */
export interface WhatsAppOptions extends TwilioAccount {
  /** Our number, E.164. */
  readonly from: string;
  /** Who is paged when a row names nobody and nobody is on call, E.164. */
  readonly to: string;
  /** Who is on call for an incident at a time (RFC 3339). */
  readonly onCall?: OnCall | undefined;
  /** Base of the status callbacks; without it Twilio isn't asked for any. */
  readonly publicUrl: string | undefined;
  /** Base of the console's pages, for links. */
  readonly consoleUrl?: string | undefined;
  /** The content template for messages outside the 24-hour window (`HX…`). */
  readonly contentSid: string | undefined;
}

interface Part {
  readonly sid: string;
}

/** WhatsApp through Twilio. A letter's parts are sent one after the other, each kept in the receipt once it is sent. */
export function whatsappChannel(options: WhatsAppOptions, outgoing: Outgoing): Channel {
  const messages = twilioMessages(options, outgoing);
  // By when the row was written: it goes to the same person at each attempt.
  const recipient = ({ row, view }: Pick<Letter, "row" | "view">) =>
    row.payload.to ?? options.onCall?.("whatsapp", view, row.created_at) ?? options.to;
  const address = (letter: Pick<Letter, "row" | "view">) => `whatsapp:${recipient(letter)}`;
  const from = `whatsapp:${options.from}`;

  async function create(letter: Letter, content: { body: string } | Template): Promise<Part | TwilioRefusal> {
    const { row } = letter;
    const callback = options.publicUrl === undefined
      ? {}
      : { statusCallback: `${options.publicUrl}/webhook/twilio/status?row=${encodeURIComponent(row.id)}` };
    try {
      const created = await messages.create({ to: address(letter), from, ...content, ...callback });
      return { sid: created.sid };
    } catch (error) {
      if (error instanceof TwilioRefusal) return error;
      throw error;
    }
  }

  async function sendTemplate(letter: Letter): Promise<SendResult> {
    if (options.contentSid === undefined) {
      const reason = "outside WhatsApp's 24-hour window (error 63016); set TWILIO_CONTENT_SID to a content template";
      return { outcome: "permanent", reason };
    }
    const part = await create(letter, template(options.contentSid, letter));
    return part instanceof TwilioRefusal
      ? refused(part)
      : { outcome: "sent", receipt: { parts: [part], template: true }, effects: remember(letter, [part]) };
  }

  /** Stores which incident a person was notified of last, and by which messages, so that a reply to one is matched to it. */
  function remember({ row, view }: Letter, parts: readonly Part[]): Effects {
    return async (tx) => {
      if (view === undefined) return;
      for (const { sid } of parts) await saveMessageOf(tx, view.id, sid);
      if (row.kind === "reply" || row.kind === "answer") return;
      const told = { incident_id: view.id, at: outgoing.now().toISOString(), by: "agent" } as const;
      await saveConversation(tx, recipient({ row, view }), told);
    };
  }

  return {
    name: "whatsapp",
    news: true,
    readBy: "people",
    rationed: true,
    takes: [...NEWS_KINDS, ...ANSWER_KINDS, "other"],
    settleMs: 1_000,
    render: (row, view) =>
      row.kind === "template" ? row.payload.text : messageText(row, view, { consoleUrl: options.consoleUrl }),

    async send(letter, keep) {
      if (letter.row.kind === "template") return await sendTemplate(letter);
      const bodies = splitMessage(letter.text, messageTag(letter.row, letter.view));
      const parts = [...partsOf(letter.row.receipt)];
      while (parts.length < bodies.length) {
        const part = await create(letter, { body: bodies[parts.length]! });
        if (part instanceof TwilioRefusal) {
          return part.code === OUTSIDE_WINDOW && parts.length === 0 ? await sendTemplate(letter) : refused(part);
        }
        parts.push(part);
        if (parts.length < bodies.length) await keep({ parts });
      }
      return { outcome: "sent", receipt: { parts }, effects: remember(letter, parts) };
    },

    async find(letter): Promise<FindResult> {
      const bodies = splitMessage(letter.text, messageTag(letter.row, letter.view));
      try {
        const page = await messages.page({ to: address(letter), from, pageSize: 200 });
        // A template is listed with its variables filled in, so its text has the reference too.
        const templated = page.instances.find((m) =>
          !bodies.includes(m.body) && m.body?.includes(messageTag(letter.row, letter.view))
        );
        if (templated !== undefined) {
          const parts = [{ sid: templated.sid }];
          return { found: "all", receipt: { parts, template: true }, effects: remember(letter, parts) };
        }
        const known = bodies.map((body) => page.instances.find((m) => m.body === body));
        const missing = known.findIndex((message) => message === undefined);
        const parts = known.slice(0, missing === -1 ? known.length : missing).map((m) => ({ sid: m!.sid }));
        if (missing === -1) return { found: "all", receipt: { parts }, effects: remember(letter, parts) };
        return parts.length === 0 ? { found: "none" } : { found: "some", receipt: { parts } };
      } catch (error) {
        if (!(error instanceof TwilioRefusal)) throw error;
        const after = error.answer.kind === "answer" ? error.answer.retryAfterMs : undefined;
        return { found: "unknown", reason: error.message, ...(after === undefined ? {} : { afterMs: after }) };
      }
    },
  };
}

interface Template {
  readonly contentSid: string;
  readonly contentVariables: string;
}

/** The template's variables: 1 severity and service, 2 cause or text in one sentence, 3 the message's reference. */
function template(contentSid: string, { row, view, text }: Letter): Template {
  const variables = {
    1: oneLine(view === undefined ? "On-call" : `${view.severity.toUpperCase()} ${view.service}`),
    2: cutAtSentence(oneLine(summary(row, view, text)), 400),
    3: messageTag(row, view),
  };
  return { contentSid, contentVariables: JSON.stringify(variables) };
}

function summary(row: OutboxEntry, view: IncidentView | undefined, text: string): string {
  const of = row.kind === "template" ? row.payload.of_kind : row.kind;
  if (of === "diagnosis" && view?.diagnosis != null) {
    return `${cutAtSentence(finished(alertTitle(view)), 160)} ${causeOf(view, 240)}`;
  }
  return text;
}

function partsOf(receipt: Receipt | null): readonly Part[] {
  return Array.isArray(receipt?.parts) ? receipt.parts as Part[] : [];
}

function refused(refusal: TwilioRefusal): SendResult {
  const { answer, message: reason } = refusal;
  if (answer.kind === "silence") return { outcome: "retryable", reason, maybeSent: answer.reached };
  const after = answer.retryAfterMs === undefined ? {} : { afterMs: answer.retryAfterMs };
  if (answer.status === 429) return { outcome: "retryable", reason, ...after };
  if (answer.status >= 500 || answer.status === 408) return { outcome: "retryable", reason, ...after, maybeSent: true };
  // 401 and 403 too: another attempt with the same credentials is refused in the same way.
  return { outcome: "permanent", reason };
}
