import { answered, completion, type Endpoint, REPORT, written } from "../endpoint.ts";

const error = (code: number, type: string, message: string, more = {}) => ({
  status: code,
  json: { error: { code, type, message, ...more } },
});

export const llamaCpp: Endpoint = {
  endpoint: "llama.cpp (llama-server)",
  habits: [
    {
      name: "has no usage, and timings",
      answer: () => ({ json: { ...answered().json as object, usage: null, timings: { prompt_n: 9 } } }),
    },
    {
      name: "was started without --jinja",
      answer: ({ body }) =>
        body.tools === undefined
          ? written(JSON.stringify({ name: "report", arguments: REPORT }))
          : error(500, "server_error", "tools param requires --jinja flag"),
      requests: 2,
    },
    {
      name: "is still loading",
      answer: () => error(503, "unavailable_error", "Loading model"),
      fails: { kind: "unavailable", says: /Loading model/, waitMs: 1_000 },
    },
    {
      name: "has a small context",
      messages: [
        { role: "system", content: "Investigate." },
        { role: "user", content: "x" },
        { role: "tool", id: "c00000000", content: "line ".repeat(4_000) },
      ],
      answer: ({ body }) =>
        JSON.stringify(body).length > 8_000
          ? error(
            400,
            "exceed_context_size_error",
            "the request exceeds the available context size, try increasing it",
            { n_prompt_tokens: 6_000, n_ctx: 4_096 },
          )
          : answered(),
      requests: 2,
    },
    {
      name: "gives arguments as an object",
      answer: () =>
        completion({ tool_calls: [{ type: "function", function: { name: "report", arguments: REPORT } }] }, "stop"),
    },
  ],
};
