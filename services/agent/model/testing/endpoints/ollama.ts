import { answered, type Endpoint, refused, REPORT, written } from "../endpoint.ts";

export const ollama: Endpoint = {
  endpoint: "Ollama",
  habits: [
    {
      name: "has models without tools",
      answer: ({ body }) =>
        body.tools === undefined
          ? written(`<tool_call>\n${JSON.stringify({ name: "report", arguments: REPORT })}\n</tool_call>`)
          : refused("registry.ollama.ai/library/gemma3:latest does not support tools", { type: "api_error" }),
      requests: 2,
    },
    {
      name: "does not have the model",
      answer: () => refused('model "m" not found, try pulling it first', { type: "api_error" }, 404),
      fails: { kind: "refused", says: /try pulling it first.*OPENAI_MODEL/ },
    },
    {
      name: "is asked at its root",
      baseUrl: "http://model.test",
      answer: ({ url }) =>
        url.pathname === "/v1/chat/completions" ? answered() : { status: 404, text: "404 page not found" },
      requests: 2,
    },
    {
      name: "answers as its own interface does",
      answer: () => ({
        json: {
          model: "m",
          message: {
            role: "assistant",
            content: "",
            tool_calls: [{ function: { name: "report", arguments: REPORT } }],
          },
          done: true,
          done_reason: "stop",
          prompt_eval_count: 900,
          eval_count: 90,
        },
      }),
    },
    {
      name: "answers in lines of JSON",
      answer: () => ({
        text: [
          { message: { role: "assistant", content: "" }, done: false },
          {
            message: {
              role: "assistant",
              content: "",
              tool_calls: [{ function: { name: "report", arguments: REPORT } }],
            },
            done: false,
          },
          { message: { role: "assistant", content: "" }, done: true },
        ].map((line) => JSON.stringify(line)).join("\n"),
      }),
    },
    {
      name: "reports an error as text",
      answer: () => ({
        status: 500,
        json: { error: "model requires more system memory (5.6 GiB) than is available (2.3 GiB)" },
      }),
      fails: { kind: "unavailable", says: /500: “model requires more system memory/ },
    },
  ],
};
