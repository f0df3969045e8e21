import { integer, list, secret, text, url, type Values } from "../../lib/configuration/mod.ts";

/** Settings of the model: where it is asked, by what name, and what it may use. */
export const modelSettings = {
  openaiApiKey: secret({
    env: "OPENAI_API_KEY",
    help: "key of an OpenAI-compatible endpoint; without it the rules decide",
  }),
  openaiBaseUrl: url({ env: "OPENAI_BASE_URL", help: "OpenAI-compatible endpoint" }, "https://api.openai.com/v1"),
  openaiModel: text({ env: "OPENAI_MODEL", help: "model that is asked" }, "gpt-4o-mini"),
  openaiTimeoutSec: integer(
    { env: "OPENAI_TIMEOUT", help: "seconds that one answer of the model may take" },
    30,
    1,
    600,
  ),
  openaiSeverities: list(
    { env: "OPENAI_SEVERITIES", help: "severities that the model is asked for, comma-separated; none: all" },
  ),
  openaiTokensPerIncident: integer(
    { env: "OPENAI_TOKENS_PER_INCIDENT", help: "tokens that one incident may use; 0: no limit" },
    60_000,
  ),
  openaiTokensPerHour: integer(
    { env: "OPENAI_TOKENS_PER_HOUR", help: "tokens that all incidents of an hour may use; 0: no limit" },
    600_000,
  ),
};

/** Validated {@linkcode modelSettings}. */
export type ModelValues = Values<typeof modelSettings>;

/** Whether a model can be asked: there is a key, or an endpoint of one's own, which may need none. */
export function hasModel({ openaiApiKey, openaiBaseUrl }: ModelValues): boolean {
  return openaiApiKey !== undefined || openaiBaseUrl !== modelSettings.openaiBaseUrl.fallback;
}
