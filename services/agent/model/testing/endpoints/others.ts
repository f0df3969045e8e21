import { answered, call, completion, type Endpoint, refused, REPORT, written } from "../endpoint.ts";

const json = JSON.stringify(REPORT);
const named = JSON.stringify({ name: "report", arguments: REPORT });
const withArguments = (args: unknown) =>
  completion({ tool_calls: [{ id: "c", type: "function", function: { name: "report", arguments: args } }] });
const chunk = (delta: unknown, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}`;
const stream = (...chunks: string[]) => ({
  headers: { "content-type": "text/event-stream" },
  text: [...chunks, "data: [DONE]", ""].join("\n\n"),
});

/** What many servers, proxies and models have in common. */
export const forms: Endpoint = {
  endpoint: "Other servers, proxies and models",
  habits: [
    { name: "encode arguments twice", answer: () => withArguments(JSON.stringify(json)) },
    { name: "give arguments as a list of one", answer: () => withArguments([REPORT]) },
    { name: "wrap arguments once more", answer: () => withArguments(JSON.stringify({ arguments: REPORT })) },
    { name: "wrap arguments in the tool's name", answer: () => withArguments(JSON.stringify({ report: REPORT })) },
    {
      name: "leave out the type and the id",
      answer: () => completion({ tool_calls: [{ function: { name: "report", arguments: json } }] }, "stop"),
    },
    {
      name: "put the name beside the arguments",
      answer: () => completion({ tool_calls: [{ name: "report", parameters: REPORT }] }),
    },
    { name: "give one call instead of a list", answer: () => completion({ tool_calls: call() }) },
    { name: "give the calls as text", answer: () => completion({ tool_calls: JSON.stringify([call()]) }) },
    {
      name: "spell the name in another way",
      answer: () => completion({ tool_calls: [call("functions.fetch-logs:0", { Seconds: "300" })] }),
      calls: [{ tool: "fetch_logs", arguments: { seconds: 300 } }],
    },
    {
      name: "give null for arguments",
      answer: () => completion({ tool_calls: [{ function: { name: "fetch_logs", arguments: null } }] }),
      calls: [{ tool: "fetch_logs", arguments: {} }],
    },
    {
      name: "give null for what is optional",
      answer: () => completion({ tool_calls: [call("fetch_logs", { seconds: null, limit: 3 })] }),
      calls: [{ tool: "fetch_logs", arguments: { limit: 3 } }],
    },
    {
      name: "give numbers, choices and lists as text",
      answer: () =>
        withArguments({ ...REPORT, line_number: "38", priority: "HIGH", next_steps: "1. roll back\n2. add a test" }),
    },
    {
      name: "give a list as JSON in text",
      answer: () => withArguments({ ...REPORT, next_steps: '["roll back", "add a test"]' }),
    },
    {
      name: "say more than the choice",
      answer: () => withArguments({ ...REPORT, priority: "high (customers are hit)" }),
    },
    { name: "add keys of their own", answer: () => withArguments({ ...REPORT, explanation: "x", confidence: 0.9 }) },
    {
      name: "spell keys in camel case",
      answer: () =>
        withArguments({
          rootCause: REPORT.root_cause,
          affectedFile: REPORT.affected_file,
          lineNumber: 38,
          priority: "high",
          nextSteps: REPORT.next_steps,
        }),
    },
    { name: "give a whole number with a point", answer: () => withArguments(json.replace("38", "38.0")) },
    { name: "leave a trailing comma", answer: () => withArguments(json.replace(/\]\}$/, ",],}")) },
    { name: "leave out closing brackets", answer: () => withArguments(json.replace(/\]\}$/, "")) },
    { name: "close too many brackets", answer: () => withArguments(`${json}}`) },
    {
      name: "write single quotes and Python's words",
      answer: () =>
        withArguments(
          `{'root_cause': 'KeyError in unit_price', 'affected_file': 'shop/pricing.py', 'line_number': 38, 'priority': 'high', 'next_steps': ['roll back', 'add a test'], 'claims': None}`,
        ),
    },
    {
      name: "break lines in strings",
      answer: () => withArguments(json.replace("KeyError in", "KeyError\nin")),
      calls: [{ tool: "report", arguments: { ...REPORT, root_cause: "KeyError\nin unit_price" } }],
    },
    { name: "fence arguments", answer: () => withArguments(`\`\`\`json\n${json}\n\`\`\``) },
    { name: "give content as one part", answer: () => completion({ content: { type: "text", text: named } }, "stop") },
    {
      name: "give content as parts beside calls",
      answer: () => completion({ content: [{ type: "text", text: "Now." }], tool_calls: [call()] }),
      text: "Now.",
    },
    {
      name: "give several choices, the first of them empty",
      answer: () => ({
        json: { choices: [{ index: 0, message: { content: "" } }, { index: 1, message: { tool_calls: [call()] } }] },
      }),
    },
    { name: "encode the whole answer twice", answer: () => ({ json: JSON.stringify(answered().json) }) },
    { name: "wrap the answer", answer: () => ({ json: { success: true, result: answered().json } }) },
    { name: "begin with a byte order mark", answer: () => ({ text: `\ufeff${JSON.stringify(answered().json)}` }) },
    {
      name: "answer as the Responses interface does",
      answer: () => ({
        json: {
          object: "response",
          output: [{ type: "reasoning", summary: [] }, {
            type: "function_call",
            name: "report",
            arguments: json,
            call_id: "c",
          }],
          usage: { input_tokens: 9, output_tokens: 9 },
        },
      }),
    },
    {
      name: "answer as old completions do",
      answer: () => ({ json: { object: "text_completion", choices: [{ text: named, finish_reason: "stop" }] } }),
    },
    { name: "write the call in a fence", answer: () => written(`I am done.\n\n\`\`\`json\n${named}\n\`\`\`\n`) },
    { name: "write only the arguments", answer: () => written(json) },
    { name: "write the call after a colon", answer: () => written(`Final answer: ${named}`) },
    { name: "write a list of calls", answer: () => written(`[${named}]`) },
    { name: "write tool_calls as text", answer: () => written(JSON.stringify({ tool_calls: [call()] })) },
    { name: "write tags of Llama 3", answer: () => written(`<function=report>${json}</function>`) },
    { name: "write tags of Granite", answer: () => written(`<|tool_call|>[${named}]`) },
    {
      name: "write tags of GLM",
      answer: () =>
        written("<tool_call>fetch_logs\n<arg_key>seconds</arg_key>\n<arg_value>300</arg_value>\n</tool_call>"),
      calls: [{ tool: "fetch_logs", arguments: { seconds: 300 } }],
    },
    {
      name: "write tags of Kimi",
      answer: () =>
        written(
          `<|tool_calls_section_begin|><|tool_call_begin|>functions.report:0<|tool_call_argument_begin|>${json}<|tool_call_end|><|tool_calls_section_end|>`,
        ),
    },
    {
      name: "write tags with a prefix",
      answer: () =>
        written(
          `<｜DSML｜function_calls>\n<｜DSML｜invoke name="fetch_logs">\n<｜DSML｜parameter name="seconds" string="false">300</｜DSML｜parameter>\n</｜DSML｜invoke>`,
        ),
      calls: [{ tool: "fetch_logs", arguments: { seconds: 300 } }],
    },
    { name: "write a tag and leave out its end", answer: () => written(`<tool_call>\n${named}`) },
    {
      name: "write several tags",
      answer: () =>
        written(`<tool_call>{"name": "fetch_logs", "arguments": {}}</tool_call>\n<tool_call>${named}</tool_call>`),
      calls: [{ tool: "fetch_logs", arguments: {} }, { tool: "report", arguments: REPORT }],
    },
    { name: "write actions of ReAct", answer: () => written(`Thought: done.\nAction: report\nAction Input: ${json}`) },
    {
      name: "write actions of Cohere",
      answer: () => written(`Action: \`\`\`json\n[{"tool_name": "report", "parameters": ${json}}]\n\`\`\``),
    },
    {
      name: "write text and no call",
      answer: () => written("It is a KeyError. See {the logs} for more."),
      calls: [],
      text: "It is a KeyError. See {the logs} for more.",
    },
    {
      name: "quote a tool that there is not",
      answer: () => written('<tool_call>{"name": "delete_all", "arguments": {}}</tool_call>'),
      calls: [],
      text: '<tool_call>{"name": "delete_all", "arguments": {}}</tool_call>',
    },
    {
      name: "stream although not asked",
      answer: () =>
        stream(
          chunk({ role: "assistant", content: "" }),
          chunk({ tool_calls: [{ index: 0, id: "c", function: { name: "report", arguments: json.slice(0, 30) } }] }),
          chunk({ tool_calls: [{ index: 0, function: { arguments: json.slice(30) } }] }),
          chunk({}, "tool_calls"),
        ),
    },
    {
      name: "stream without an index",
      answer: () =>
        stream(
          chunk({ tool_calls: [{ id: "a", function: { name: "fetch_logs", arguments: "{}" } }] }),
          chunk({ tool_calls: [{ id: "b", function: { name: "report", arguments: json } }] }),
        ),
      calls: [{ tool: "fetch_logs", arguments: {} }, { tool: "report", arguments: REPORT }],
    },
    {
      name: "stream every call with index 0",
      answer: () =>
        stream(
          chunk({ tool_calls: [{ index: 0, id: "a", function: { name: "fetch_logs", arguments: "{}" } }] }),
          chunk({ tool_calls: [{ index: 0, id: "b", function: { name: "report", arguments: json } }] }),
        ),
      calls: [{ tool: "fetch_logs", arguments: {} }, { tool: "report", arguments: REPORT }],
    },
    {
      name: "stream without a blank and with other line ends",
      answer: () => ({
        text: `event: message\r\ndata:${
          JSON.stringify({ choices: [{ delta: { content: named.slice(0, 9) } }] })
        }\r\n\r\ndata:${JSON.stringify({ choices: [{ delta: { content: named.slice(9) } }] })}\r\n\r\n`,
      }),
    },
    {
      name: "stream the legacy function_call",
      answer: () =>
        stream(
          chunk({ function_call: { name: "report", arguments: "" } }),
          chunk({ function_call: { arguments: json } }, "function_call"),
        ),
    },
    {
      name: "only stream",
      answer: ({ body }) =>
        body.stream === true
          ? stream(
            chunk({ tool_calls: [{ index: 0, id: "c", function: { name: "report", arguments: json } }] }, "tool_calls"),
          )
          : refused("This model only supports streaming: stream must be true"),
      requests: 2,
    },
    {
      name: "take no null content",
      answer: ({ body }) =>
        body.messages.some((one: { content: unknown }) => one.content === null)
          ? {
            status: 422,
            json: { detail: [{ loc: ["body", "messages", 2, "content"], msg: "Input should be a valid string" }] },
          }
          : answered(),
      requests: 2,
    },
    {
      name: "take no empty content",
      answer: ({ body }) =>
        body.messages.some((one: { content: unknown }) => !one.content)
          ? refused("messages.2.content: field required, content must not be null or empty")
          : answered(),
      requests: 3,
    },
    {
      name: "take neither name of the limit",
      answer: ({ body }) =>
        body.max_completion_tokens ?? body.max_tokens
          ? refused(`Unknown parameter: '${body.max_tokens ? "max_tokens" : "max_completion_tokens"}'`)
          : answered(),
      requests: 3,
    },
    {
      name: "answer with an error as text",
      answer: () => ({ status: 400, text: "bad request: no such tenant" }),
      fails: { kind: "refused", says: /400: “bad request: no such tenant”/ },
    },
    {
      name: "answer with a web page",
      answer: () => ({
        status: 502,
        text: "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
      }),
      fails: { kind: "unavailable", says: /502: “a web page: 502 Bad Gateway”/ },
    },
    {
      name: "answer with a web page and a status of 200",
      answer: () => ({ text: "<!doctype html><html><head><title>Sign in</title></head></html>" }),
      fails: { kind: "refused", says: /a web page: Sign in.*OPENAI_BASE_URL/ },
      requests: 2,
    },
    {
      name: "serve a web page beside the interface",
      baseUrl: "http://model.test",
      answer: ({ url }) =>
        url.pathname.startsWith("/v1/") ? answered() : { text: "<!DOCTYPE html><title>Chat</title>" },
      requests: 2,
    },
    {
      name: "show their whole address to copy",
      baseUrl: "http://model.test/v1/chat/completions",
      answer: ({ url }) => url.pathname === "/v1/chat/completions" ? answered() : { status: 404, text: "" },
    },
    {
      name: "give no choices",
      answer: () => ({ json: { choices: [], usage: null } }),
      fails: { kind: "malformed", says: /not a completion/, waitMs: 0 },
    },
    {
      name: "give null for choices, and an error",
      answer: () => ({ json: { choices: null, error: { message: "no GPU", code: 500 } } }),
      fails: { kind: "unavailable", says: /no GPU/ },
    },
    {
      name: "answer with nothing",
      answer: () => ({ text: "" }),
      fails: { kind: "malformed", says: /answered with nothing/ },
    },
    {
      name: "cut arguments off within a string",
      answer: () => withArguments(json.slice(0, 25)),
      calls: [{ tool: "report", arguments: {}, problem: "the arguments of report are not a JSON object" }],
    },
    {
      name: "cut arguments off at the answer's limit",
      answer: ({ body }) =>
        body.max_completion_tokens > 3_000 ? answered() : completion({
          tool_calls: [call("report", undefined, { function: { name: "report", arguments: json.slice(0, 25) } })],
        }, "length"),
      requests: 2,
    },
    {
      name: "never have enough tokens",
      answer: () => completion({ content: "" }, "length"),
      fails: { kind: "malformed", says: /cut off: \d+ tokens were not enough/ },
      requests: 2,
    },
    {
      name: "are asked too often, until a date",
      answer: () => ({ ...refused("slow down", {}, 429), headers: { "retry-after": "Thu, 01 Jan 2026 00:00:05 GMT" } }),
      fails: { kind: "rate_limited", says: /slow down/, waitMs: 5_000 },
    },
  ],
};
