import { answered, completion, type Endpoint, refused } from "../endpoint.ts";

export const azure: Endpoint = {
  endpoint: "Azure OpenAI",
  habits: [
    {
      name: "adds the results of its filters",
      answer: () => ({
        json: {
          ...answered().json as object,
          prompt_filter_results: [{
            prompt_index: 0,
            content_filter_results: { hate: { filtered: false, severity: "safe" } },
          }],
        },
      }),
    },
    {
      name: "wants an api-version in the address, and the key in a header of its own",
      baseUrl: "http://model.test/openai/deployments/gpt?api-version=2024-10-21",
      answer: ({ url, headers }) => {
        if (url.pathname !== "/openai/deployments/gpt/chat/completions" || !url.searchParams.has("api-version")) {
          return { status: 404, json: { error: { code: "404", message: "Resource not found" } } };
        }
        return headers.has("api-key") ? answered() : {
          status: 401,
          json: {
            error: { code: "401", message: "Access denied due to invalid subscription key or wrong API endpoint." },
          },
        };
      },
      requests: 2,
    },
    {
      name: "filters the prompt",
      answer: () =>
        refused("The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", {
          code: "content_filter",
          innererror: { code: "ResponsibleAIPolicyViolation" },
        }),
      fails: { kind: "refused", says: /filtered the request.*content management policy/ },
    },
    {
      name: "does not have the deployment",
      answer: () => ({
        status: 404,
        json: {
          error: { code: "DeploymentNotFound", message: "The API deployment for this resource does not exist." },
        },
      }),
      fails: { kind: "refused", says: /OPENAI_MODEL/ },
    },
    {
      name: "is asked too often",
      answer: () => ({
        status: 429,
        headers: { "retry-after": "7" },
        json: { error: { code: "429", message: "Requests have exceeded the token rate limit of your current tier." } },
      }),
      fails: { kind: "rate_limited", says: /exceeded the token rate limit/, waitMs: 7_000 },
    },
    {
      name: "begins a stream with an event without choices",
      answer: () => {
        const events = [
          { choices: [], prompt_filter_results: [] },
          { choices: [{ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }] },
          {
            choices: [{
              index: 0,
              delta: (completion({}).json as { choices: { message: object }[] }).choices[0]!.message,
              finish_reason: null,
            }],
          },
          {
            choices: [{
              index: 0,
              delta: {
                tool_calls: [{
                  index: 0,
                  id: "c",
                  type: "function",
                  function: { name: "fetch_logs", arguments: "{}" },
                }],
              },
              finish_reason: "tool_calls",
            }],
          },
        ];
        return { text: `${events.map((event) => `data: ${JSON.stringify(event)}`).join("\n\n")}\n\ndata: [DONE]\n\n` };
      },
      calls: [{ tool: "fetch_logs", arguments: {} }],
    },
  ],
};
