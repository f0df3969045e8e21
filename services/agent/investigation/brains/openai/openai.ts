import type { ChatCompletion, ChatCompletionMessageToolCall } from "openai/resources/chat/completions";
import * as v from "valibot";
import { type Model, ModelError, type TokenMeter } from "../../../model/mod.ts";
import { toDraft } from "../../diagnosis.ts";
import type { Answer, Brain, Call, View } from "../brain.ts";
import { draftSchema, offeredTools, SEND_DIAGNOSIS } from "./prompt.ts";
import { transcript } from "./transcript.ts";

const MOST_ANSWER_TOKENS = 2_000;

/** Asks a model. */
export function createOpenAiBrain({ model, meter }: { readonly model: Model; readonly meter: TokenMeter }): Brain {
  const tools = offeredTools();
  return {
    name: "openai",
    async next(view: View, signal: AbortSignal): Promise<Answer> {
      const messages = transcript(view);
      const { completion, tokens } = await model.ask({ messages, tools, mostTokens: MOST_ANSWER_TOKENS }, {
        meter,
        signal,
      });
      return { ...answerOf(completion), tokens };
    },
  };
}

function answerOf(completion: ChatCompletion): Answer {
  const choice = completion.choices?.[0];
  const message = choice?.message;
  if (!message) throw new ModelError("malformed", "the model's answer held no message", { retryAfterMs: 0 });
  if (message.refusal) throw new ModelError("refused", "the model refused");
  if (choice.finish_reason === "content_filter") throw new ModelError("refused", "the model's answer was filtered");
  const asked = message.tool_calls ?? [];
  if (asked.length === 0) {
    if (choice.finish_reason === "length") {
      throw new ModelError("malformed", "the model's answer was cut off", { retryAfterMs: 0 });
    }
    const said = message.content?.trim();
    throw said
      ? new ModelError("malformed", "the model answered with text instead of a tool call", { retryAfterMs: 0 })
      : new ModelError("empty", "the model's answer was empty", { retryAfterMs: 0 });
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
