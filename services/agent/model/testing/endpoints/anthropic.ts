import { answered, completion, type Endpoint, REPORT } from "../endpoint.ts";

const error = (status: number, type: string, message: string) => ({
  status,
  json: { type: "error", error: { type, message } },
});

export const anthropic: Endpoint = {
  endpoint: "Anthropic (OpenAI-compatible endpoint)",
  habits: [
    {
      name: "answers with text before the call",
      answer: () => completion({ content: "Let me report.", ...message() }),
      text: "Let me report.",
    },
    {
      name: "answers in blocks, as its own interface does",
      answer: () => ({
        json: {
          type: "message",
          role: "assistant",
          content: [
            { type: "thinking", thinking: "hm", signature: "x" },
            { type: "text", text: "I report." },
            { type: "tool_use", id: "toolu_1", name: "report", input: REPORT },
          ],
          stop_reason: "tool_use",
          usage: { input_tokens: 900, output_tokens: 90 },
        },
      }),
      text: "I report.",
    },
    {
      name: "writes calls as tags",
      answer: () =>
        completion({
          content: `<function_calls>\n<invoke name="report">\n${
            Object.entries(REPORT).map(([key, value]) =>
              `<parameter name="${key}">${typeof value === "string" ? value : JSON.stringify(value)}</parameter>`
            ).join("\n")
          }\n</invoke>\n</function_calls>`,
        }, "stop"),
    },
    {
      name: "is overloaded",
      answer: () => error(529, "overloaded_error", "Overloaded"),
      fails: { kind: "unavailable", says: /529: “Overloaded”/, waitMs: 1_000 },
    },
    {
      name: "is asked too often, and says until when",
      answer: () => ({
        ...error(429, "rate_limit_error", "This request would exceed your organization's rate limit."),
        headers: { "anthropic-ratelimit-requests-reset": "2026-01-01T00:00:20Z" },
      }),
      fails: { kind: "rate_limited", says: /exceed your organization/, waitMs: 20_000 },
    },
    {
      name: "has no credit left",
      answer: () => error(403, "invalid_request_error", "Your credit balance is too low to access the API."),
      fails: { kind: "rate_limited", says: /no credit.*credit balance is too low/ },
    },
    {
      name: "refuses a prompt that is too long",
      messages: [
        { role: "system", content: "Investigate." },
        { role: "user", content: "x" },
        { role: "tool", id: "c00000000", content: "line ".repeat(8_000) },
      ],
      answer: ({ body }) =>
        JSON.stringify(body).length > 30_000
          ? error(400, "invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum")
          : answered(),
      requests: 2,
    },
  ],
};

function message() {
  return (answered().json as { choices: { message: { tool_calls: unknown } }[] }).choices[0]!.message.tool_calls ===
      undefined
    ? {}
    : {
      tool_calls:
        (answered().json as { choices: { message: { tool_calls: unknown } }[] }).choices[0]!.message.tool_calls,
    };
}
