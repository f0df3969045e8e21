import { integer, list, secret, text, url, type Values } from "../../lib/configuration/mod.ts";

/** Settings of the model: where it is asked, by what name, and what it may use. */
export const modelSettings = {
  openaiApiKey: secret({
    env: "OPENAI_API_KEY",
    help: "key of an OpenAI-compatible endpoint; without it, the built-in rules decide",
  }),
  openaiBaseUrl: url({ env: "OPENAI_BASE_URL", help: "OpenAI-compatible endpoint" }, "https://api.openai.com/v1"),
  openaiModel: text({ env: "OPENAI_MODEL", help: "name of the model" }, "gpt-4o-mini"),
  openaiTimeoutSec: integer(
    { env: "OPENAI_TIMEOUT", help: "timeout of one response, seconds" },
    30,
    1,
    600,
  ),
  openaiSeverities: list(
    { env: "OPENAI_SEVERITIES", help: "severities for which the model is used, comma-separated; empty: all" },
  ),
  openaiTokensPerIncident: integer(
    { env: "OPENAI_TOKENS_PER_INCIDENT", help: "most tokens of one incident; 0: no limit" },
    60_000,
  ),
  openaiTokensPerHour: integer(
    { env: "OPENAI_TOKENS_PER_HOUR", help: "most tokens of all incidents in an hour; 0: no limit" },
    600_000,
  ),
};

/** Validated {@linkcode modelSettings}. */
export type ModelValues = Values<typeof modelSettings>;

/** Whether a model is configured: by a key, or by another endpoint, which may need none. */
export function hasModel({ openaiApiKey, openaiBaseUrl }: ModelValues): boolean {
  return openaiApiKey !== undefined || openaiBaseUrl !== modelSettings.openaiBaseUrl.fallback;
}
