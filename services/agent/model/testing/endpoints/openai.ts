import { answered, call, completion, type Endpoint, refused, REPORT } from "../endpoint.ts";

const unsupported = (param: string, text: string) => refused(text, { param, code: "unsupported_parameter" });

export const openai: Endpoint = {
  endpoint: "OpenAI (current models and their predecessors)",
  habits: [
    { name: "answers in the documented form", answer: answered },
    {
      name: "sends several calls at once, and fields that are new",
      answer: () =>
        completion(
          {
            refusal: null,
            annotations: [],
            tool_calls: [
              call("fetch_logs", { seconds: 60 }),
              call("fetch_logs", { seconds: 60, limit: 5 }, { id: "call_1" }),
            ],
          },
          "tool_calls",
          { service_tier: "default", system_fingerprint: null },
        ),
      calls: [{ tool: "fetch_logs", arguments: { seconds: 60 } }, {
        tool: "fetch_logs",
        arguments: { seconds: 60, limit: 5 },
      }],
    },
    {
      name: "knows only max_tokens, as models of before reasoning",
      answer: ({ body }) =>
        body.max_completion_tokens === undefined
          ? answered()
          : refused("Unrecognized request argument supplied: max_completion_tokens"),
      requests: 2,
    },
    {
      name: "refuses the system's role, and wants the developer's",
      answer: ({ body }) =>
        body.messages[0].role === "developer" ? answered() : refused(
          "Unsupported value: 'messages[0].role' does not support 'system' with this model. Use 'developer' instead.",
          {
            param: "messages[0].role",
            code: "unsupported_value",
          },
        ),
      requests: 2,
    },
    {
      name: "takes neither the system's nor the developer's role",
      answer: ({ body }) =>
        ["system", "developer"].includes(body.messages[0].role)
          ? refused(
            `Unsupported value: 'messages[0].role' does not support '${body.messages[0].role}' with this model.`,
            {
              param: "messages[0].role",
              code: "unsupported_value",
            },
          )
          : answered(),
      requests: 2,
    },
    {
      name: "uses all tokens for reasoning",
      answer: ({ body }) =>
        body.max_completion_tokens > 3_000 ? answered() : completion({ content: "" }, "length", {
          usage: {
            prompt_tokens: 900,
            completion_tokens: 2_000,
            completion_tokens_details: { reasoning_tokens: 2_000 },
          },
        }),
      requests: 2,
    },
    {
      name: "says with a 400 that the output's limit was reached",
      answer: ({ body }) =>
        body.max_completion_tokens > 3_000 ? answered() : refused(
          "Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.",
        ),
      requests: 2,
    },
    {
      name: "allows a shorter answer only",
      answer: ({ body }) =>
        body.max_completion_tokens > 1_024
          ? refused(
            "max_tokens is too large: 2000. This model supports at most 1024 completion tokens, whereas you provided 2000.",
            {
              param: "max_tokens",
              code: "invalid_value",
            },
          )
          : answered(),
      requests: 2,
    },
    {
      name: "takes tools only without reasoning",
      answer: ({ body }) =>
        body.reasoning_effort === "none" ? answered() : unsupported(
          "reasoning_effort",
          "Function tools with reasoning_effort are not supported in /v1/chat/completions. Please set reasoning_effort to 'none'.",
        ),
      requests: 2,
    },
    {
      name: "refuses what is longer than its context",
      messages: [
        { role: "system", content: "Investigate." },
        { role: "user", content: "x" },
        { role: "tool", id: "c00000000", content: "line ".repeat(20_000) },
      ],
      answer: ({ body }) =>
        JSON.stringify(body).length > 40_000
          ? refused(
            "This model's maximum context length is 16385 tokens. However, your messages resulted in 25012 tokens. Please reduce the length of the messages.",
            {
              param: "messages",
              code: "context_length_exceeded",
            },
          )
          : answered(),
      requests: 2,
    },
    {
      name: "refuses a request that is larger than the minute's tokens",
      messages: [
        { role: "system", content: "Investigate." },
        { role: "user", content: "x" },
        { role: "tool", id: "c00000000", content: "line ".repeat(10_000) },
      ],
      answer: ({ body }) =>
        JSON.stringify(body).length > 30_000
          ? refused("Request too large for m on tokens per min (TPM): Limit 10000, Requested 14000.", {
            code: "rate_limit_exceeded",
          }, 429)
          : answered(),
      requests: 2,
    },
    {
      name: "wraps several calls into multi_tool_use.parallel",
      answer: () =>
        completion({
          tool_calls: [call("multi_tool_use.parallel", {
            tool_uses: [
              { recipient_name: "functions.fetch_logs", parameters: { seconds: 300 } },
              { recipient_name: "functions.report", parameters: REPORT },
            ],
          })],
        }),
      calls: [{ tool: "fetch_logs", arguments: { seconds: 300 } }, { tool: "report", arguments: REPORT }],
    },
    {
      name: "answers with the legacy function_call",
      answer: () =>
        completion({ function_call: { name: "report", arguments: JSON.stringify(REPORT) } }, "function_call"),
    },
    {
      name: "refuses the key",
      answer: () =>
        refused(
          "Incorrect API key provided: sk-test-0123456789abcdef. You can find your API key at https://platform.example/keys.",
          { code: "invalid_api_key" },
          401,
        ),
      fails: { kind: "refused", says: /\(401: “Incorrect API key provided: \[redacted key\].*OPENAI_API_KEY/ },
    },
    {
      name: "has no credit left",
      answer: () =>
        refused("You exceeded your current quota, please check your plan and billing details.", {
          type: "insufficient_quota",
          code: "insufficient_quota",
        }, 429),
      fails: { kind: "rate_limited", says: /no credit.*429.*exceeded your current quota/ },
    },
    {
      name: "is asked too often, and says for how long in a header",
      answer: () => ({
        ...refused("Rate limit reached for m. Please try again in 9s.", {}, 429),
        headers: { "x-ratelimit-reset-requests": "1m2.5s" },
      }),
      fails: { kind: "rate_limited", says: /too many requests.*Rate limit reached/, waitMs: 62_500 },
    },
    {
      name: "is asked too often, and says for how long in its words",
      answer: () =>
        refused(
          "Rate limit reached for m in organization x. Please try again in 1.5s. Visit https://x.example.",
          {},
          429,
        ),
      fails: { kind: "rate_limited", says: /try again in 1\.5s\. Visit \[link\]/, waitMs: 1_500 },
    },
    {
      name: "does not have the model",
      answer: () =>
        refused("The model `m` does not exist or you do not have access to it.", { code: "model_not_found" }, 404),
      fails: { kind: "refused", says: /does not have the model "m".*OPENAI_MODEL/ },
    },
    {
      name: "has the model in another interface only",
      answer: () =>
        refused("This is not a chat model and thus not supported in the v1/chat/completions endpoint.", {
          param: "model",
        }, 404),
      fails: { kind: "refused", says: /not a chat model/ },
    },
    {
      name: "refuses to answer",
      answer: () => completion({ refusal: "I can't help with that." }, "stop"),
      fails: { kind: "refused", says: /refused/ },
    },
    {
      name: "filters the answer",
      answer: () => completion({ content: "" }, "content_filter"),
      fails: { kind: "refused", says: /filtered/ },
    },
    {
      name: "has trouble of its own",
      answer: () => ({
        status: 500,
        json: { error: { message: "The server had an error while processing your request." } },
      }),
      fails: { kind: "unavailable", says: /answered 500: “The server had an error/, waitMs: 1_000 },
    },
  ],
};
