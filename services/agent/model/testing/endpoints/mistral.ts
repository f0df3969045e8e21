import { answered, completion, type Endpoint, written } from "../endpoint.ts";
import { REPORT } from "../endpoint.ts";

const error = (message: string, code: string) => ({
  status: 400,
  json: { object: "error", message, type: "invalid_request_error", param: null, code },
});

export const mistral: Endpoint = {
  endpoint: "Mistral",
  habits: [
    {
      name: "does not know max_completion_tokens",
      answer: ({ body }) =>
        body.max_completion_tokens === undefined ? answered() : {
          status: 422,
          json: {
            object: "error",
            message: {
              detail: [{
                type: "extra_forbidden",
                loc: ["body", "max_completion_tokens"],
                msg: "Extra inputs are not permitted",
                input: 2_000,
              }],
            },
          },
        },
      requests: 2,
    },
    {
      name: "takes ids of nine letters and digits only",
      answer: ({ body }) => {
        const ids = body.messages.flatMap((one: { tool_calls?: { id: string }[] }) => one.tool_calls ?? []).map((
          one: { id: string },
        ) => one.id);
        return ids.every((id: string) => /^[a-zA-Z0-9]{9}$/.test(id))
          ? answered()
          : error("Tool call id must be a-z, A-Z, 0-9, with a length of 9.", "3280");
      },
    },
    {
      name: "takes no user's message after a tool's",
      answer: ({ body }) =>
        body.messages.some((one: { role: string }, i: number) =>
            one.role === "user" && body.messages[i - 1]?.role === "tool"
          )
          ? error("Unexpected role 'user' after role 'tool'", "3230")
          : answered(),
      requests: 2,
    },
    {
      name: "sends its thoughts as parts",
      answer: () =>
        completion({
          content: [{ type: "thinking", thinking: [{ type: "text", text: "hm" }] }, {
            type: "text",
            text: `[TOOL_CALLS]report[ARGS]${JSON.stringify(REPORT)}`,
          }],
        }, "stop"),
    },
    {
      name: "writes the name before the arguments",
      answer: () => written(`[TOOL_CALLS]report${JSON.stringify(REPORT)}`),
    },
    {
      name: "writes an id between them",
      answer: () => written(`[TOOL_CALLS]report[CALL_ID]abcdefghi[ARGS]${JSON.stringify(REPORT)}`),
    },
    {
      name: "is asked too often",
      answer: () => ({ status: 429, json: { message: "Requests rate limit exceeded" } }),
      fails: { kind: "rate_limited", says: /Requests rate limit exceeded/, waitMs: 1_000 },
    },
  ],
};
