import { answered, type Endpoint, REPORT, written } from "../endpoint.ts";

export const lmStudio: Endpoint = {
  endpoint: "LM Studio",
  habits: [
    {
      name: "answers at its root with an error and a status of 200",
      baseUrl: "http://model.test",
      answer: ({ url }) =>
        url.pathname.startsWith("/v1/")
          ? answered()
          : { json: { error: "Unexpected endpoint or method. (POST /chat/completions)" } },
      requests: 2,
    },
    {
      name: "leaves its own form in the text",
      answer: () => written(`[TOOL_REQUEST]${JSON.stringify({ name: "report", arguments: REPORT })}[END_TOOL_REQUEST]`),
    },
    {
      name: "has no model loaded",
      answer: () => ({
        status: 404,
        json: {
          error: { message: "No models loaded. Please load a model in the developer page.", code: "model_not_found" },
        },
      }),
      fails: { kind: "refused", says: /No models loaded/ },
    },
  ],
};
