import { type Check, failed, ok, skipped } from "../check.ts";
import type { Integration } from "../integration.ts";
import type { Outgoing } from "../outgoing.ts";
import { telegramChannel } from "./channel.ts";
import { callTelegram } from "./client.ts";
import { listenToTelegram } from "./listen.ts";
import { missingForTelegram, telegramSettings, type TelegramValues, telegramWanted } from "./settings.ts";

export const telegram = {
  name: "Telegram",
  settings: telegramSettings,
  wanted: telegramWanted,
  missing: missingForTelegram,
  create: (settings, { outgoing, onCall, recall }) =>
    telegramChannel({
      ...botOf(settings),
      chat: settings.telegramChat!,
      consoleUrl: settings.consoleUrl ?? settings.publicUrl,
      onCall,
      recall,
    }, outgoing),
  listen(settings, listening) {
    if (settings.telegramOperators.length > 0) {
      return listenToTelegram({ ...botOf(settings), people: settings.telegramOperators }, listening);
    }
    listening.log.info("Telegram replies are skipped: set TELEGRAM_OPERATORS to enable them");
    return {};
  },
  checks: (settings, { outgoing }) => [check(settings, outgoing)],
} as const satisfies Integration<TelegramValues>;

function botOf({ telegramBaseUrl, telegramBotToken }: TelegramValues) {
  return { baseUrl: telegramBaseUrl, token: telegramBotToken! };
}

async function check(settings: TelegramValues, outgoing: Outgoing): Promise<Check> {
  const name = "Telegram";
  const missing = missingForTelegram(settings);
  if (missing.length > 0) return skipped(name, missing);
  const answer = await callTelegram("getMe", {}, { bot: botOf(settings), outgoing });
  if (!answer.ok) return failed(name, answer.failed.reason);
  const { username } = answer.result as { username?: unknown };
  const { length } = settings.telegramOperators;
  if (length === 0) return failed(name, `@${username} can send, and nobody may give orders: set TELEGRAM_OPERATORS`);
  return ok(
    name,
    `@${username} sends to ${settings.telegramChat}; ${length} ${length === 1 ? "person" : "people"} may give orders`,
  );
}
