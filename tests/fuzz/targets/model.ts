import fc from "fast-check";
import { cleanAdvice, ModelError } from "../../../services/agent/model/mod.ts";
import { modelAt } from "../../../services/agent/model/testing/model.ts";
import { defineTarget } from "../target.ts";
import { broken, jsonText, mostly, nasty, wordOf } from "../text.ts";

const call = fc.record({
  id: mostly(nasty),
  type: mostly(fc.constant("function")),
  function: mostly(fc.record({
    name: mostly(wordOf("send_diagnosis", "fetch_logs")),
    arguments: mostly(
      fc.dictionary(wordOf("seconds", "root_cause", "claims"), mostly(nasty), { maxKeys: 4 }).map(jsonText),
    ),
  })),
}, { requiredKeys: [] });
/** Calls as models write them into their text. */
const written = fc.tuple(
  wordOf(
    '<tool_call>{"name": "fetch_logs", "arguments": {',
    "<function=fetch_logs>",
    "```json\n{",
    "[TOOL_CALLS] [",
    "Action: fetch_logs\nAction Input: {",
    "<|channel|>commentary to=functions.fetch_logs<|message|>{",
    "fetch_logs(seconds=",
  ),
  wordOf('"seconds": 300', "300", "<parameter=seconds>300</parameter>", "x=[1, (2,), {'a': None}]"),
  wordOf("}}</tool_call>", "</function>", "}\n```", "]", "}", "<|call|>", ")"),
).map((parts) => parts.join(""));
const text = fc.oneof(
  nasty,
  written,
  fc.array(fc.oneof(nasty, written), { maxLength: 4 }).map((all) => all.join("\n")),
);
const message = fc.record({
  role: mostly(fc.constant("assistant")),
  content: mostly(fc.oneof(text, fc.constant(null))),
  reasoning_content: mostly(text),
  tool_calls: mostly(fc.array(mostly(call), { maxLength: 4 })),
}, { requiredKeys: [] });
const answer = fc.record({
  id: mostly(nasty),
  choices: mostly(
    fc.array(
      mostly(
        fc.record({
          index: fc.nat(2),
          message: mostly(message),
          finish_reason: mostly(wordOf("stop", "tool_calls", "length")),
        }),
      ),
      { maxLength: 2 },
    ),
  ),
  usage: mostly(fc.record({ prompt_tokens: mostly(fc.nat()), completion_tokens: mostly(fc.nat()) })),
  error: mostly(fc.record({ message: mostly(nasty) })),
}, { requiredKeys: ["choices"] });
const streamed = fc.array(answer, { maxLength: 4 }).map((all) =>
  all.map((one) => `data: ${jsonText(one)}\n\n`).join("") + "data: [DONE]\n\n"
);

/** Answers of a model's endpoint. */
export const model = defineTarget<{ readonly body: string; readonly status: number }>({
  name: "model",
  share: 120_000,
  cases: fc.record({
    body: broken(fc.oneof({ weight: 5, arbitrary: answer.map(jsonText) }, { weight: 1, arbitrary: streamed })),
    status: fc.constantFrom(200, 200, 200, 400),
  }),
  open: () => {
    let given = { body: "", status: 200 };
    const fetch = () =>
      Promise.resolve(
        new Response(given.body, { status: given.status, headers: { "content-type": "application/json" } }),
      );
    return Promise.resolve({
      async try(one) {
        given = one;
        const asked = modelAt("http://model.test/v1", { fetch });
        const tools = ["fetch_logs", "send_diagnosis"].map((name) => ({
          type: "function" as const,
          function: {
            name,
            description: name,
            parameters: { type: "object", properties: { seconds: { type: "number" } } },
          },
        }));
        const request = { messages: () => [{ role: "user" as const, content: "x" }], tools, mostTokens: 500 };
        try {
          const { text } = await asked.ask(request, { meter: asked.budget.questionMeter() });
          cleanAdvice(text.split("\n"));
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
        }
      },
      close: () => Promise.resolve(),
    });
  },
});
