import type OpenAI from "openai";
import type { ChatCompletion, ChatCompletionMessageToolCall } from "openai/resources/chat/completions";
import * as v from "valibot";
import { toDraft } from "../../diagnosis.ts";
import { type Answer, type Brain, BrainError, type Call, type View } from "../brain.ts";
import { draftSchema, offeredTools, SEND_DIAGNOSIS } from "./prompt.ts";
import { transcript } from "./transcript.ts";

/** Which model, where, and what an answer may take. */
export interface OpenAiOptions {
  readonly apiKey: string | undefined;
  readonly baseUrl: string;
  readonly model: string;
  readonly timeoutMs: number;
  readonly fetch?: typeof globalThis.fetch;
  /** May refuse a request before it is made, by throwing a {@linkcode BrainError}; told what it used after. */
  readonly meter?: TokenMeter;
}

/** Counts tokens and holds the caps. */
export interface TokenMeter {
  /** @throws {BrainError} `budget` when about `tokens` more are not to be had. */
  ask(tokens: number): void;
  used(tokens: { readonly prompt: number; readonly completion: number }, outcome: string): void;
}

const MOST_ANSWER_TOKENS = 2_000;
/** Characters per token, on the careful side. */
const CHARACTERS = 3.2;
const DEFAULT_WAIT_MS = 1_000;

/** Asks a model behind any OpenAI-compatible chat completions endpoint. */
export function createOpenAiBrain(options: OpenAiOptions): Brain {
  const { apiKey, baseUrl, model, timeoutMs, meter } = options;
  let asked: Promise<{ readonly sdk: typeof OpenAI; readonly client: OpenAI }> | undefined;
  // Loaded with the first question: most agents never ask one, and it is the largest part of their start.
  const connect = async () => {
    const { default: sdk } = await import("openai");
    const client = new sdk({
      apiKey: apiKey ?? "none",
      baseURL: baseUrl,
      maxRetries: 0,
      timeout: timeoutMs,
      // Set here, so that nothing else of the environment reaches the client.
      organization: null,
      project: null,
      fetch: options.fetch ?? globalThis.fetch,
      logLevel: "off",
    });
    return { sdk, client };
  };
  const tools = offeredTools();
  return {
    name: "openai",
    async next(view: View, signal: AbortSignal): Promise<Answer> {
      const messages = transcript(view);
      const estimate = Math.ceil((JSON.stringify(messages).length + JSON.stringify(tools).length) / CHARACTERS);
      meter?.ask(estimate);
      const { sdk, client } = await (asked ??= connect());
      let completion: ChatCompletion;
      try {
        completion = await client.chat.completions.create(
          { model, messages, tools, tool_choice: "auto", max_completion_tokens: MOST_ANSWER_TOKENS },
          { signal },
        );
      } catch (error) {
        const failure = toBrainError(error, { sdk, timeoutMs });
        meter?.used({ prompt: 0, completion: 0 }, failure.kind);
        throw failure;
      }
      const tokens = tokensOf(completion, estimate);
      meter?.used(tokens, "answered");
      return { ...answerOf(completion), tokens: tokens.prompt + tokens.completion };
    },
  };
}

function answerOf(completion: ChatCompletion): Answer {
  const choice = completion.choices?.[0];
  const message = choice?.message;
  if (!message) throw new BrainError("malformed", "the model's answer held no message", { retryAfterMs: 0 });
  if (message.refusal) throw new BrainError("refused", "the model refused");
  if (choice.finish_reason === "content_filter") throw new BrainError("refused", "the model's answer was filtered");
  const asked = message.tool_calls ?? [];
  if (asked.length === 0) {
    if (choice.finish_reason === "length") {
      throw new BrainError("malformed", "the model's answer was cut off", { retryAfterMs: 0 });
    }
    const said = message.content?.trim();
    throw said
      ? new BrainError("malformed", "the model answered with text instead of a tool call", { retryAfterMs: 0 })
      : new BrainError("empty", "the model's answer was empty", { retryAfterMs: 0 });
  }
  const calls = asked.map(toCall);
  const final = calls.find((call) => call.tool === SEND_DIAGNOSIS);
  if (final === undefined) return { kind: "calls", calls };
  if (final.problem !== undefined) return { kind: "calls", calls: [final] };
  const parsed = v.safeParse(draftSchema, final.arguments);
  if (parsed.success) return { kind: "diagnosis", draft: toDraft(parsed.output) };
  const problem = `invalid arguments of ${SEND_DIAGNOSIS}: ${
    parsed.issues.map((issue) => `${v.getDotPath(issue) ?? "arguments"}: ${issue.message}`).join("; ")
  }`;
  return { kind: "calls", calls: [{ tool: SEND_DIAGNOSIS, arguments: {}, problem }] };
}

function toCall(asked: ChatCompletionMessageToolCall): Call {
  if (asked.type !== "function" || typeof asked.function?.name !== "string") {
    return { tool: "unknown", arguments: {}, problem: "only function calls are understood" };
  }
  const { name, arguments: text } = asked.function;
  try {
    const args = JSON.parse(text?.trim() ? text : "{}");
    if (args === null || typeof args !== "object" || Array.isArray(args)) throw new SyntaxError("not an object");
    return { tool: name, arguments: args };
  } catch {
    return { tool: name, arguments: {}, problem: `the arguments of ${name.slice(0, 60)} are not a JSON object` };
  }
}

function toBrainError(
  error: unknown,
  { sdk, timeoutMs }: { readonly sdk: typeof OpenAI; readonly timeoutMs: number },
): BrainError {
  if (error instanceof BrainError) return error;
  if (error instanceof sdk.APIUserAbortError) {
    return new BrainError("cancelled", "the request to the model was cancelled", { cause: error });
  }
  if (error instanceof sdk.APIConnectionTimeoutError) {
    return new BrainError("timeout", `the model did not answer within ${Math.round(timeoutMs / 1000)} s`, {
      cause: error,
    });
  }
  if (error instanceof sdk.APIError && error.status !== undefined) {
    const { status } = error;
    if (status === 429) {
      return new BrainError("rate_limited", "the model's endpoint answered 429 (too many requests, or no credit)", {
        cause: error,
        retryAfterMs: retryAfter(error.headers),
      });
    }
    if (status >= 500) {
      return new BrainError("unavailable", `the model's endpoint answered ${status}`, {
        cause: error,
        retryAfterMs: DEFAULT_WAIT_MS,
      });
    }
    return new BrainError(
      "refused",
      `the model's endpoint refused the request (${status}); see OPENAI_API_KEY, OPENAI_MODEL and OPENAI_BASE_URL`,
      { cause: error },
    );
  }
  if (error instanceof sdk.APIConnectionError) {
    return new BrainError("unavailable", "the model's endpoint cannot be reached", {
      cause: error,
      retryAfterMs: DEFAULT_WAIT_MS,
    });
  }
  // Anything else is an answer that is not what the API promises, e.g. a body that is not JSON.
  return new BrainError("malformed", "the model's endpoint answered with something that is not a completion", {
    cause: error,
    retryAfterMs: 0,
  });
}

/** Milliseconds that `Retry-After` asks for, in seconds or as a date. */
function retryAfter(headers: Headers | undefined): number {
  const value = headers?.get("retry-after");
  if (value === null || value === undefined) return DEFAULT_WAIT_MS;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : DEFAULT_WAIT_MS;
}

function tokensOf({ usage, choices }: ChatCompletion, estimate: number): { prompt: number; completion: number } {
  if (usage && Number.isFinite(usage.prompt_tokens) && Number.isFinite(usage.completion_tokens)) {
    return { prompt: usage.prompt_tokens, completion: usage.completion_tokens };
  }
  return { prompt: estimate, completion: Math.ceil(JSON.stringify(choices ?? []).length / CHARACTERS) };
}
