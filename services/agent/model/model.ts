import type OpenAI from "openai";
import type { Registry } from "prom-client";
import type { ChatCompletion, ChatCompletionMessageParam } from "openai/resources/chat/completions";
import type { Store } from "../incidents/mod.ts";
import { Budget, type TokenMeter, type TokensUsed } from "./budget.ts";
import { toModelError } from "./failure.ts";
import type { ModelAnswer, ModelRequest } from "./request.ts";
import { hasModel, type ModelValues } from "./settings.ts";

/** What the model works with. */
export interface ModelDeps {
  readonly store: Pick<Store, "transact">;
  readonly registry: Registry;
  readonly now: () => Date;
  readonly fetch: typeof globalThis.fetch;
}

/** The agent's only way to a model. */
export interface Model {
  /** Whether there is one to ask. */
  readonly configured: boolean;
  readonly name: string;
  readonly budget: Budget;
  /** Whether it may be asked about incidents of this severity. */
  asksAbout(severity: string): boolean;
  /** @throws {ModelError} when it has no usable answer, or may not be asked. */
  ask(
    request: ModelRequest,
    options: { readonly meter: TokenMeter; readonly signal?: AbortSignal },
  ): Promise<ModelAnswer>;
}

/** Characters per token, on the careful side. */
const CHARACTERS = 3.2;

/** A model behind any OpenAI-compatible chat completions endpoint. */
export function createModel(settings: ModelValues, deps: ModelDeps): Model {
  const { openaiApiKey, openaiBaseUrl, openaiModel, openaiSeverities } = settings;
  const timeoutMs = settings.openaiTimeoutSec * 1_000;
  const caps = { perIncident: settings.openaiTokensPerIncident, perHour: settings.openaiTokensPerHour };
  let asked: Promise<{ readonly sdk: typeof OpenAI; readonly client: OpenAI }> | undefined;
  // Loaded with the first question: most agents never ask one, and it is the largest part of their start.
  const connect = async () => {
    const { default: sdk } = await import("openai");
    const client = new sdk({
      apiKey: openaiApiKey ?? "none",
      baseURL: openaiBaseUrl,
      maxRetries: 0,
      timeout: timeoutMs,
      // Set here, so that nothing else of the environment reaches the client.
      organization: null,
      project: null,
      fetch: deps.fetch,
      logLevel: "off",
    });
    return { sdk, client };
  };
  return {
    configured: hasModel(settings),
    name: openaiModel,
    budget: new Budget(caps, deps),
    asksAbout: (severity) => openaiSeverities.length === 0 || openaiSeverities.includes(severity),
    async ask({ messages, tools, mostTokens }, { meter, signal }) {
      const estimate = Math.ceil((JSON.stringify(messages).length + JSON.stringify(tools).length) / CHARACTERS);
      meter.ask(estimate);
      const { sdk, client } = await (asked ??= connect());
      let completion: ChatCompletion;
      try {
        completion = await client.chat.completions.create(
          {
            model: openaiModel,
            messages: messages as ChatCompletionMessageParam[],
            tools: [...tools],
            tool_choice: "auto",
            max_completion_tokens: mostTokens,
          },
          signal === undefined ? {} : { signal },
        );
      } catch (error) {
        const failure = toModelError(error, { sdk, timeoutMs });
        meter.used({ prompt: 0, completion: 0 }, failure.kind);
        throw failure;
      }
      const tokens = tokensOf(completion, estimate);
      meter.used(tokens, "answered");
      return { completion, tokens: tokens.prompt + tokens.completion };
    },
  };
}

function tokensOf({ usage, choices }: ChatCompletion, estimate: number): TokensUsed {
  if (usage && Number.isFinite(usage.prompt_tokens) && Number.isFinite(usage.completion_tokens)) {
    return { prompt: usage.prompt_tokens, completion: usage.completion_tokens };
  }
  return { prompt: estimate, completion: Math.ceil(JSON.stringify(choices ?? []).length / CHARACTERS) };
}
