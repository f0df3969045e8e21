import type { AskedCall, FunctionTool, ModelMessage } from "../mod.ts";
import { modelAt } from "./model.ts";

/** What a mock endpoint answers. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

/** A request as an endpoint sees it. */
export interface Seen {
  readonly url: URL;
  readonly headers: Headers;
  // deno-lint-ignore no-explicit-any
  readonly body: any;
}

/** One habit of an endpoint, and what must become of it. */
export interface Habit {
  readonly name: string;
  /** The answer to the n-th request, from 0. */
  readonly answer: (seen: Seen, n: number) => Reply;
  /** What the message and the kind of the error are; without it, `report` is called with {@linkcode REPORT}. */
  readonly fails?: { readonly kind: string; readonly says: RegExp; readonly waitMs?: number };
  /** The calls, where they are others. */
  readonly calls?: readonly AskedCall[];
  readonly text?: string;
  /** Requests that the first question takes, 1 if not given; a second question takes one. */
  readonly requests?: number;
  /** How the conversation goes; default: with a call and its result in it. */
  readonly messages?: readonly ModelMessage[];
  readonly baseUrl?: string;
}

/** An endpoint with its published behavior. */
export interface Endpoint {
  /** Its name in the documentation. */
  readonly endpoint: string;
  readonly habits: readonly Habit[];
}

export const REPORT = {
  root_cause: "KeyError in unit_price",
  affected_file: "shop/pricing.py",
  line_number: 38,
  priority: "high",
  next_steps: ["roll back", "add a test"],
};

/** The two tools that are offered in these tests. */
export const TOOLS: readonly FunctionTool[] = [
  tool("fetch_logs", { seconds: { type: "number", minimum: 1 }, limit: { type: "integer" } }),
  tool("report", {
    root_cause: { type: "string" },
    affected_file: { type: "string" },
    line_number: { type: "integer" },
    priority: { type: "string", enum: ["low", "medium", "high", "critical"] },
    next_steps: { type: "array", items: { type: "string" } },
    claims: {
      type: "array",
      items: {
        type: "object",
        properties: { text: { type: "string" }, evidence: { type: "array", items: { type: "string" } } },
        required: ["text"],
      },
    },
  }, ["root_cause", "priority", "next_steps"]),
];

function tool(name: string, properties: Record<string, unknown>, required: readonly string[] = []): FunctionTool {
  const parameters = { type: "object", properties, required, additionalProperties: false };
  return { type: "function", function: { name, description: `Calls ${name}.`, parameters } };
}

/** The conversation that is asked about. */
export const MESSAGES: readonly ModelMessage[] = [
  { role: "system", content: "Investigate." },
  { role: "user", content: "Briefing (data)" },
  {
    role: "assistant",
    calls: [
      { id: "c00000000", name: "fetch_logs", arguments: { seconds: 300 } },
      { id: "c00000001", name: "fetch_logs", arguments: { seconds: 600 } },
    ],
  },
  { role: "tool", id: "c00000000", content: "E1 fetch_logs (data)" },
  { role: "tool", id: "c00000001", content: "E2 fetch_logs (data)" },
  { role: "user", content: "Answer by calling tools." },
];

/** A call in the documented form. */
export function call(name = "report", args: unknown = REPORT, more: Record<string, unknown> = {}): unknown {
  return { id: "call_1", type: "function", function: { name, arguments: JSON.stringify(args) }, ...more };
}

/** A chat completion in the documented form. */
export function completion(message: unknown, finish = "tool_calls", more: Record<string, unknown> = {}): Reply {
  return {
    json: {
      id: "chatcmpl-1",
      object: "chat.completion",
      choices: [{
        index: 0,
        finish_reason: finish,
        message: { role: "assistant", content: null, ...message as object },
      }],
      usage: { prompt_tokens: 900, completion_tokens: 90, total_tokens: 990 },
      ...more,
    },
  };
}

/** The right answer in the documented form. */
export const answered = (): Reply => completion({ tool_calls: [call()] });
/** The right answer, written as text. */
export const written = (text: string): Reply => completion({ content: text }, "stop");
/** `{error: {message, …}}`, as most endpoints refuse. */
export const refused = (message: string, more: Record<string, unknown> = {}, status = 400): Reply => ({
  status,
  json: { error: { message, type: "invalid_request_error", param: null, code: null, ...more } },
});

/** What was asked in one trial, and what came of it. */
export interface Tried {
  readonly seen: Seen[];
  ask(): Promise<{ readonly text: string; readonly calls: readonly AskedCall[] }>;
}

/** A model behind an endpoint of this habit. */
export function tryHabit({ answer, messages = MESSAGES, baseUrl = "http://model.test/v1" }: Habit): Tried {
  const seen: Seen[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const one = { url: new URL(request.url), headers: request.headers, body: await request.json() };
    seen.push(one);
    const { status = 200, headers = {}, json, text } = answer(one, seen.length - 1);
    const type = json === undefined ? "text/plain" : "application/json";
    return new Response(text ?? JSON.stringify(json), { status, headers: { "content-type": type, ...headers } });
  };
  const model = modelAt(baseUrl, {
    fetch,
    settings: { openaiModel: "m" },
    now: () => new Date("2026-01-01T00:00:00Z"),
  });
  const cut = (share: number) =>
    messages.map((one) =>
      one.role === "tool" ? { ...one, content: one.content.slice(0, Math.ceil(one.content.length * share)) } : one
    );
  return {
    seen,
    ask: () => model.ask({ messages: cut, tools: TOOLS, mostTokens: 2_000 }, { meter: model.budget.meter(0) }),
  };
}
