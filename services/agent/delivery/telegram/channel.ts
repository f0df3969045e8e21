import { ANSWER_KINDS, NEWS_KINDS, type OutboxKind, saveMessageOf } from "../../incidents/mod.ts";
import { Pause } from "../answered.ts";
import type { Channel, Effects, Letter, SendResult } from "../channel.ts";
import type { Making } from "../integration.ts";
import type { Outgoing } from "../outgoing.ts";
import { messageText } from "../words/render.ts";
import { callTelegram, type TelegramBot } from "./client.ts";

/** How messages leave. */
export interface TelegramOptions extends TelegramBot, Pick<Making, "onCall" | "recall"> {
  /** Where pages go when a row names nobody and nobody is on call. */
  readonly chat: string;
  readonly consoleUrl?: string | undefined;
}

/** Longest message in characters. */
const LONGEST_MESSAGE = 4_096;
const ASKING: ReadonlySet<OutboxKind> = new Set<OutboxKind>(["diagnosis", "diagnosis_revised", "escalation", "joined"]);
const BUTTONS = [["Acknowledge", "ack"], ["Why", "why"], ["Silence 30m", "silence 30m"]] as const;

/** The name under which the id of a Telegram message is kept. */
export function messageId(chat: string, id: number): string {
  return `telegram/${chat}/${id}`;
}

/** Telegram as plain text: later messages on an incident answer the first one. A message's parts are each kept once sent. */
export function telegramChannel(options: TelegramOptions, outgoing: Outgoing): Channel {
  const pause = new Pause(outgoing.now);
  return {
    name: "telegram",
    news: true,
    readBy: "people",
    rationed: true,
    takes: [...NEWS_KINDS, ...ANSWER_KINDS, "other"],
    render: (row, view) => messageText(row, view, { consoleUrl: options.consoleUrl }),

    async send(letter, keep): Promise<SendResult> {
      if (pause.waiting !== undefined) return pause.waiting;
      const { row, view } = letter;
      const target = row.payload.to ?? options.onCall?.("telegram", view, row.created_at) ?? options.chat;
      const [chat, answered] = target.split("/");
      const key = `telegram/thread/${chat}/${view?.id}`;
      const first = answered ?? (view === undefined ? undefined : await options.recall(key));
      const texts = partsOf(letter.text);
      const sent: number[] = Array.isArray(row.receipt?.parts) ? [...row.receipt.parts] : [];
      while (sent.length < texts.length) {
        const answer = await callTelegram("sendMessage", {
          chat_id: chat,
          text: texts[sent.length],
          link_preview_options: { is_disabled: true },
          ...(first === undefined
            ? {}
            : { reply_parameters: { message_id: Number(first), allow_sending_without_reply: true } }),
          ...(sent.length === texts.length - 1 ? buttonsBelow(letter) : {}),
        }, { bot: options, outgoing });
        if (!answer.ok) return pause.noted(answer.failed);
        sent.push(Number((answer.result as { message_id?: unknown } | undefined)?.message_id));
        if (sent.length < texts.length) await keep({ parts: sent });
      }
      const effects: Effects = async (tx) => {
        if (view === undefined) return;
        for (const id of sent) await saveMessageOf(tx, view.id, messageId(chat!, id));
        if (first === undefined) await tx.saveSetting(key, String(sent[0]), { incident_id: view.id });
      };
      return { outcome: "sent", receipt: { chat, parts: sent }, effects };
    },
  };
}

function buttonsBelow({ row, view }: Letter): Record<string, unknown> {
  if (view === undefined || view.state === "resolved" || !ASKING.has(row.kind)) return {};
  const buttons = BUTTONS.map(([text, order]) => ({ text, callback_data: `${order}|${view.id}` }));
  return { reply_markup: { inline_keyboard: [buttons] } };
}

/** A text in parts that Telegram takes, cut at lines where one is near. */
export function partsOf(text: string): string[] {
  const parts: string[] = [];
  let rest = text.trim() === "" ? "(no text)" : text;
  while (rest.length > LONGEST_MESSAGE) {
    const line = rest.lastIndexOf("\n", LONGEST_MESSAGE);
    let end = line > LONGEST_MESSAGE / 2 ? line : LONGEST_MESSAGE;
    // Not in the middle of a character.
    if (/[\ud800-\udbff]/.test(rest[end - 1]!)) end--;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end).replace(/^\n/, "");
  }
  if (rest.trim() !== "") parts.push(rest);
  return parts;
}
