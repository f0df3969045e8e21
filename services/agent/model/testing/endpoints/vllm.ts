import { answered, completion, type Endpoint, REPORT, written } from "../endpoint.ts";

const error = (message: string, status = 400) => ({
  status,
  json: { object: "error", message, type: "BadRequestError", param: null, code: status },
});
const json = JSON.stringify({ name: "report", arguments: REPORT });

export const vllm: Endpoint = {
  endpoint: "vLLM",
  habits: [
    {
      name: "was started without automatic tool choice",
      answer: ({ body }) =>
        body.tools === undefined
          ? written(`<tool_call>\n${json}\n</tool_call>`)
          : error('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
      requests: 2,
    },
    {
      name: "refuses whatever it is asked, and says why",
      answer: () => error('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
      fails: { kind: "refused", says: /400: “"auto" tool choice requires --enable-auto-tool-choice/ },
    },
    {
      name: "leaves a call of Hermes in the text",
      answer: () => written(`<think>hm\n</think>\n\n<tool_call>\n${json}\n</tool_call>`),
    },
    {
      name: "leaves out the beginning of the reasoning",
      answer: () => written(`hm, {"name": "fetch_logs"}?\n</think>\n\n<tool_call>${json}</tool_call>`),
    },
    {
      name: "takes the call for reasoning",
      answer: () =>
        completion({ content: null, reasoning_content: `I report.\n<tool_call>\n${json}\n</tool_call>` }, "stop"),
    },
    { name: "leaves a call of Mistral in the text", answer: () => written(`[TOOL_CALLS][${json}]`) },
    {
      name: "leaves a call of Llama in the text",
      answer: () => written(`<|python_tag|>${JSON.stringify({ name: "report", parameters: REPORT })}`),
    },
    {
      name: "leaves a call of Qwen's coder in the text",
      answer: () =>
        written(
          `<tool_call>\n<function=report>\n${
            Object.entries(REPORT).map(([key, value]) =>
              `<parameter=${key}>\n${typeof value === "string" ? value : JSON.stringify(value)}\n</parameter>`
            ).join("\n")
          }\n</function>\n</tool_call>`,
        ),
    },
    {
      name: "leaves calls of Llama 4 in the text",
      answer: () => written("[fetch_logs(seconds=300, limit=5), fetch_logs(seconds=60)]"),
      calls: [{ tool: "fetch_logs", arguments: { seconds: 300, limit: 5 } }, {
        tool: "fetch_logs",
        arguments: { seconds: 60 },
      }],
    },
    {
      name: "leaves a call of gpt-oss in the text",
      answer: () =>
        written(
          `<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.report <|constrain|>json<|message|>${
            JSON.stringify(REPORT)
          }<|call|>`,
        ),
    },
    {
      name: "adds a template's token to the name",
      answer: () =>
        completion({
          tool_calls: [{
            id: "c",
            type: "function",
            function: { name: "report<|channel|>commentary", arguments: JSON.stringify(REPORT) },
          }],
        }),
    },
    {
      name: "counts the answer against the context",
      messages: [
        { role: "system", content: "Investigate." },
        { role: "user", content: "x" },
        { role: "tool", id: "c00000000", content: "line ".repeat(3_000) },
      ],
      answer: ({ body }) =>
        (body.max_completion_tokens ?? 0) > 1_100 || JSON.stringify(body).length > 12_000
          ? error(
            "This model's maximum context length is 4096 tokens. However, you requested 6100 tokens (4100 in the messages, 2000 in the completion). Please reduce the length of the messages or completion.",
          )
          : answered(),
      requests: 2,
    },
    {
      name: "takes turns only",
      answer: ({ body }) =>
        body.messages.some((one: { role: string }, i: number) =>
            one.role === "user" && ["user", "tool"].includes(body.messages[i - 1]?.role)
          )
          ? error("Conversation roles must alternate user/assistant/user/assistant/...")
          : answered(),
      requests: 2,
    },
    {
      name: "has templates without a system's message",
      answer: ({ body }) => body.messages[0].role === "system" ? error("System role not supported") : answered(),
      requests: 2,
    },
    {
      name: "has templates with one call a message",
      answer: ({ body }) =>
        body.messages.some((one: { tool_calls?: unknown[] }) => (one.tool_calls?.length ?? 0) > 1)
          ? error("This model only supports single tool-calls at once!")
          : answered(),
      requests: 2,
    },
    {
      name: "reports an error with a status of 200",
      answer: () => ({ ...error("EngineCore encountered an issue."), status: 200 }),
      fails: { kind: "refused", says: /EngineCore encountered an issue/ },
    },
    {
      name: "does not know a parameter",
      answer: ({ body }) =>
        body.max_completion_tokens === undefined ? answered() : {
          status: 422,
          json: {
            detail: [{
              type: "extra_forbidden",
              loc: ["body", "max_completion_tokens"],
              msg: "Extra inputs are not permitted",
            }],
          },
        },
      requests: 2,
    },
  ],
};
