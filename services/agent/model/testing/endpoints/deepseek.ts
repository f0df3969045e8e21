import { answered, completion, type Endpoint, refused, REPORT, written } from "../endpoint.ts";

const json = JSON.stringify(REPORT);

export const deepseek: Endpoint = {
  endpoint: "DeepSeek",
  habits: [
    {
      name: "thinks in a field of its own",
      answer: () => completion({ ...toolCall(), content: "", reasoning_content: "hm" }),
    },
    {
      name: "wants its thoughts back",
      answer: ({ body }) =>
        body.messages.some((one: { role: string; reasoning_content?: string }) =>
            one.role === "assistant" && one.reasoning_content === undefined
          )
          ? refused("Missing `reasoning_content` field in the assistant message at message index 2.")
          : answered(),
      requests: 2,
    },
    {
      name: "has a model without function calling",
      answer: ({ body }) =>
        body.tools === undefined
          ? written(`<think>hm</think>\`\`\`json\n${json}\n\`\`\``)
          : refused("deepseek-reasoner does not support Function Calling"),
      requests: 2,
    },
    {
      name: "leaves a call of its own form in the text",
      answer: () =>
        written(
          `<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>report\n\`\`\`json\n${json}\n\`\`\`<｜tool▁call▁end｜><｜tool▁calls▁end｜>`,
        ),
    },
    {
      name: "leaves a call of its newer form in the text",
      answer: () => written(`<｜tool▁call▁begin｜>report<｜tool▁sep｜>${json}<｜tool▁call▁end｜>`),
    },
    {
      name: "has no balance left",
      answer: () => refused("Insufficient Balance", {}, 402),
      fails: { kind: "rate_limited", says: /no credit.*Insufficient Balance/ },
    },
    {
      name: "allows a range of lengths",
      answer: ({ body }) =>
        body.max_completion_tokens > 1_500
          ? refused("Invalid max_tokens value, the valid range of max_tokens is [1, 1500]")
          : answered(),
      requests: 2,
    },
  ],
};

function toolCall() {
  return { tool_calls: [{ index: 0, id: "call_0", type: "function", function: { name: "report", arguments: json } }] };
}
