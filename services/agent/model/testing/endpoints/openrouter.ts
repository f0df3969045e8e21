import { answered, type Endpoint, refused, REPORT, written } from "../endpoint.ts";

export const openrouter: Endpoint = {
  endpoint: "OpenRouter",
  habits: [
    {
      name: "reports an error with a status of 200",
      answer: () => ({
        json: { error: { message: "Provider returned error", code: 502, metadata: { raw: "upstream overloaded" } } },
      }),
      fails: { kind: "unavailable", says: /502: “Provider returned error: upstream overloaded”/, waitMs: 1_000 },
    },
    {
      name: "reports an error in a choice",
      answer: () => ({
        json: { choices: [{ error: { code: 503, message: "Service is gone" }, finish_reason: "error" }] },
      }),
      fails: { kind: "unavailable", says: /503: “Service is gone”/ },
    },
    {
      name: "has no provider with tools",
      answer: ({ body }) =>
        body.tools === undefined
          ? written(JSON.stringify({ report: REPORT }))
          : refused("No endpoints found that support tool use. To learn more, visit: https://x.example/docs", {
            code: 404,
          }, 404),
      requests: 3,
    },
    {
      name: "sends comments before the answer",
      answer: () => ({
        text: `: PROCESSING\n\n: PROCESSING\n\ndata: ${JSON.stringify(answered().json)}\n\ndata: [DONE]\n`,
      }),
    },
    {
      name: "reports an error in a stream",
      answer: () => ({
        text: `: PROCESSING\n\ndata: ${JSON.stringify({ error: { code: "429", message: "Rate limit exceeded" } })}\n\n`,
      }),
      fails: { kind: "rate_limited", says: /Rate limit exceeded/ },
    },
    {
      name: "wants to be paid",
      answer: () => refused("This request requires more credits.", { code: 402 }, 402),
      fails: { kind: "rate_limited", says: /no credit/ },
    },
    {
      name: "tells when the limit ends in milliseconds",
      answer: () => ({
        ...refused("Rate limit exceeded: free-models-per-min.", { code: 429 }, 429),
        headers: { "x-ratelimit-reset": String(Date.parse("2026-01-01T00:00:42Z")) },
      }),
      fails: { kind: "rate_limited", says: /free-models/, waitMs: 42_000 },
    },
  ],
};
