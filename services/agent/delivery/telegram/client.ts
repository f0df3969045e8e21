import { failureOf } from "../answered.ts";
import type { SendResult } from "../channel.ts";
import { type Answer, jsonOf, type Outgoing, request } from "../outgoing.ts";

/** Where Telegram is and who we are there. */
export interface TelegramBot {
  /** Base URL without a trailing slash, e.g. `https://api.telegram.org`. */
  readonly baseUrl: string;
  readonly token: string;
}

/** What Telegram answered: a result, or what is to be made of anything else. */
export type TelegramAnswer =
  | { readonly ok: true; readonly result: unknown }
  | {
    readonly ok: false;
    readonly status: number | undefined;
    readonly failed: SendResult & { readonly reason: string };
  };

const LONGEST_WAIT_S = 3_600;

/** Calls a method of the Bot API. */
export async function callTelegram(
  method: string,
  body: Readonly<Record<string, unknown>>,
  { bot, outgoing }: { readonly bot: TelegramBot; readonly outgoing: Outgoing },
): Promise<TelegramAnswer> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  return read(await request(`${bot.baseUrl}/bot${bot.token}/${method}`, init, outgoing));
}

function read(answer: Answer): TelegramAnswer {
  const body = answer.kind === "answer"
    ? jsonOf(answer.body) as {
      ok?: unknown;
      result?: unknown;
      description?: unknown;
      parameters?: { retry_after?: unknown };
    } | undefined
    : undefined;
  const status = answer.kind === "answer" ? answer.status : undefined;
  const said = typeof body?.description === "string" ? body.description : "";
  const wait = body?.parameters?.retry_after;
  const waiting = answer.kind === "answer" && typeof wait === "number" && wait >= 0
    ? { ...answer, retryAfterMs: Math.min(wait, LONGEST_WAIT_S) * 1_000 }
    : answer;
  const failure = failureOf(waiting, "Telegram", `${said}${HINTS[status ?? 0] ?? ""}`);
  if (failure !== undefined) return { ok: false, status, failed: failure as SendResult & { reason: string } };
  if (body?.ok === true) return { ok: true, result: body.result };
  const reason = "Telegram's answer cannot be read";
  return { ok: false, status, failed: { outcome: "retryable", reason, maybeSent: true } };
}

const HINTS: Readonly<Record<number, string>> = {
  401: ": check TELEGRAM_BOT_TOKEN",
  403: ": the bot must be a member of the chat, or the person must write to it first",
  404: ": check TELEGRAM_BOT_TOKEN",
  409: ": something else asks for this bot's messages, or it has a webhook",
};
