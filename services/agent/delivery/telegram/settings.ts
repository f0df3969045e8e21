import { secret, url, type Values } from "../../../lib/configuration/mod.ts";
import { connectionSettings, matching } from "../../connections/mod.ts";
import { anySet, unset } from "../integration.ts";
import { consoleUrl } from "../links.ts";
import { peopleSetting } from "../people.ts";

/** Settings of Telegram. */
export const telegramSettings = {
  telegramBotToken: secret({ env: "TELEGRAM_BOT_TOKEN", help: "token of the Telegram bot, from @BotFather" }),
  telegramChat: matching(
    { env: "TELEGRAM_CHAT", help: "id of the chat or group that is paged, e.g. -1001234567890" },
    /^(-?\d{1,20}|@[A-Za-z0-9_]{5,32})$/,
    "expected a chat's number or @name",
  ),
  telegramOperators: peopleSetting(
    { env: "TELEGRAM_OPERATORS", help: "who may give orders in Telegram: user ids and names, 123456789=anna" },
    /^\d{1,20}$/,
    "user ids with names, e.g. 123456789=anna",
  ),
  telegramBaseUrl: url({ env: "TELEGRAM_BASE_URL", help: "Telegram's API" }, "https://api.telegram.org"),
  publicUrl: connectionSettings.publicUrl,
  consoleUrl,
};

export type TelegramValues = Values<typeof telegramSettings>;

export function telegramWanted({ telegramBotToken, telegramChat, telegramOperators }: TelegramValues): boolean {
  return anySet([telegramBotToken, telegramChat, telegramOperators]);
}

/** Variables without which no message can leave. */
export function missingForTelegram({ telegramBotToken, telegramChat }: TelegramValues): string[] {
  return unset([["TELEGRAM_BOT_TOKEN", telegramBotToken], ["TELEGRAM_CHAT", telegramChat]]);
}
