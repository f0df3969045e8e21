import { answered, call, completion, type Endpoint } from "../endpoint.ts";

const error = (code: number, status: string, message: string, details: unknown[] = []) => ({
  status: code,
  json: [{ error: { code, message, status, details } }],
});

export const google: Endpoint = {
  endpoint: "Google Gemini (OpenAI-compatible endpoint)",
  habits: [
    {
      name: "marks names and calls with its own",
      answer: () =>
        completion({
          tool_calls: [
            call("default_api.report", undefined, { extra_content: { google: { thought_signature: "abc" } } }),
          ],
        }),
    },
    {
      name: "wants its signed thoughts back",
      answer: ({ body }) =>
        body.messages.every((one: { tool_calls?: { extra_content?: unknown }[] }) =>
            (one.tool_calls ?? []).every((made) => made.extra_content !== undefined)
          )
          ? answered()
          : error(400, "INVALID_ARGUMENT", "Function call is missing a thought_signature in functionCall parts."),
      requests: 2,
    },
    {
      name: "does not know a word of JSON Schema",
      answer: ({ body }) =>
        JSON.stringify(body.tools).includes("additionalProperties")
          ? error(
            400,
            "INVALID_ARGUMENT",
            "Invalid JSON payload received. Unknown name \"additionalProperties\" at 'tools[0].function.parameters': Cannot find field.",
          )
          : answered(),
      requests: 2,
    },
    {
      name: "has models without a system's message",
      answer: ({ body }) =>
        body.messages[0].role === "user"
          ? answered()
          : error(400, "INVALID_ARGUMENT", "Developer instruction is not enabled for models/m"),
      requests: 3,
    },
    {
      name: "is asked too often, and says for how long in its details",
      answer: () =>
        error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", [
          { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34s" },
        ]),
      fails: { kind: "rate_limited", says: /Resource has been exhausted/, waitMs: 34_000 },
    },
    {
      name: "refuses the key with a 400",
      answer: () => error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
      fails: { kind: "refused", says: /API key not valid/ },
    },
    {
      name: "answers with nothing for reasons of safety",
      answer: () => ({
        json: { choices: [{ index: 0, finish_reason: "content_filter: SAFETY", message: { role: "assistant" } }] },
      }),
      fails: { kind: "refused", says: /filtered/ },
    },
    {
      name: "writes the call as Python",
      answer: () => completion({ content: "```tool_code\nprint(default_api.fetch_logs(seconds=300))\n```" }, "stop"),
      calls: [{ tool: "fetch_logs", arguments: { seconds: 300 } }],
    },
  ],
};
