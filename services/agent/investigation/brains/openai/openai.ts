import * as v from "valibot";
import { type AskedCall, type Model, type ModelAnswer, ModelError, type TokenMeter } from "../../../model/mod.ts";
import { toDraft } from "../../diagnosis.ts";
import { ownCommands, presentable } from "./presentable.ts";
import type { Answer, Brain, View } from "../brain.ts";
import { draftSchema, offeredTools, SEND_DIAGNOSIS } from "./prompt.ts";
import { transcript } from "./transcript.ts";

const MOST_ANSWER_TOKENS = 2_000;

/** Asks a model. */
export function createOpenAiBrain({ model, meter }: { readonly model: Model; readonly meter: TokenMeter }): Brain {
  return {
    name: "openai",
    async next(view: View, signal: AbortSignal): Promise<Answer> {
      const tools = offeredTools(view.situation);
      const messages = (share: number) => transcript(view, share);
      const answer = await model.ask({ messages, tools, mostTokens: MOST_ANSWER_TOKENS }, { meter, signal });
      return { ...answerOf(answer, ownCommands(view.ledger)), tokens: answer.tokens };
    },
  };
}

function answerOf({ calls }: ModelAnswer, commands: readonly string[]): Answer {
  if (calls.length === 0) {
    throw new ModelError("malformed", "the model answered with text instead of a tool call", { retryAfterMs: 0 });
  }
  const final = calls.find((call) => call.tool === SEND_DIAGNOSIS);
  if (final === undefined) return { kind: "calls", calls };
  return final.problem === undefined ? diagnosisOf(final, commands) : { kind: "calls", calls: [final] };
}

function diagnosisOf({ arguments: args }: AskedCall, commands: readonly string[]): Answer {
  const parsed = v.safeParse(draftSchema, args);
  if (parsed.success) return { kind: "diagnosis", draft: presentable(toDraft(parsed.output), commands) };
  const problem = `invalid arguments of ${SEND_DIAGNOSIS}: ${
    parsed.issues.map((issue) => `${v.getDotPath(issue) ?? "arguments"}: ${issue.message}`).join("; ")
  }`;
  return { kind: "calls", calls: [{ tool: SEND_DIAGNOSIS, arguments: {}, problem }] };
}
