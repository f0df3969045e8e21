import { answered, call, completion, type Endpoint, refused, REPORT } from "../endpoint.ts";

export const litellm: Endpoint = {
  endpoint: "LiteLLM",
  habits: [
    {
      name: "passes on that a parameter is not supported",
      answer: ({ body }) =>
        body.max_completion_tokens === undefined ? answered() : refused(
          "litellm.UnsupportedParamsError: m does not support parameters: ['max_completion_tokens'], for model=m. To drop these, set `litellm.drop_params=True`.",
          { code: "400" },
        ),
      requests: 2,
    },
    {
      name: "passes on an error as JSON in JSON",
      answer: () =>
        refused('litellm.AuthenticationError: AuthenticationError: XaiException - {"error": "bad key"}', {
          type: "auth_error",
          code: "401",
        }, 401),
      fails: { kind: "refused", says: /AuthenticationError.*OPENAI_API_KEY/ },
    },
    {
      name: "puts an empty object before the arguments",
      answer: () =>
        completion({
          tool_calls: [{ id: "c", function: { name: "report", arguments: `{}${JSON.stringify(REPORT)}` } }],
        }),
    },
    {
      name: "repeats ids",
      answer: () => completion({ tool_calls: [call("fetch_logs", {}), call("fetch_logs", { limit: 3 })] }),
      calls: [{ tool: "fetch_logs", arguments: {} }, { tool: "fetch_logs", arguments: { limit: 3 } }],
    },
    {
      name: "has spent its budget",
      answer: () =>
        refused("Budget has been exceeded! Current cost: 10.1, Max budget: 10.0", {
          type: "budget_exceeded",
          code: "400",
        }),
      fails: { kind: "refused", says: /Budget has been exceeded/ },
    },
  ],
};
