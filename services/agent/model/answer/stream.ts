import { parseJson } from "../../../lib/http/mod.ts";
interface Choice {
  content: string;
  reasoning: string;
  function_call: { name: string; arguments: string } | undefined;
  readonly calls: Streamed[];
  finish_reason: string | null;
  /** A whole message that came in one event. */
  message: unknown;
}

interface Streamed {
  readonly key: unknown;
  readonly id: unknown;
  name: string;
  arguments: unknown;
}

type Fields = Record<string, unknown>;

/** Whether a text is a stream of events or of lines of JSON rather than one JSON text. */
export function isStream(text: string): boolean {
  const start = text.slice(0, 2_000).trimStart();
  return /^(data|event|id|retry)\s*:|^:/.test(start) || /^\{[^\n]*\}[^\S\n]*\n\s*\{/.test(start);
}

/** The completion that a stream adds up to. */
export function assembled(text: string): unknown {
  const choices = new Map<number, Choice>();
  let usage: unknown;
  for (const event of eventsOf(text)) {
    usage = event.usage ?? usage;
    const list = Array.isArray(event.choices) ? event.choices : event.message ? [{ message: event.message }] : [];
    for (const [position, given] of list.entries()) {
      if (given === null || typeof given !== "object") continue;
      const index = Number((given as Fields).index ?? position);
      const choice = choices.get(index) ??
        { content: "", reasoning: "", function_call: undefined, calls: [], finish_reason: null, message: undefined };
      choices.set(index, choice);
      take(choice, given as Fields);
    }
  }
  const all = [...choices.values()].map(({ message, content, reasoning, calls, function_call, finish_reason }) => ({
    finish_reason,
    message: message ?? {
      content,
      reasoning_content: reasoning,
      tool_calls: calls.map((call) => ({ function: { name: call.name, arguments: call.arguments } })),
      ...(function_call === undefined ? {} : { function_call }),
    },
  }));
  return { choices: all, usage };
}

function eventsOf(text: string): Fields[] {
  const events: Fields[] = [];
  for (const line of text.split(/\r?\n|\r/)) {
    const data = /^data\s*:/.test(line) ? line.slice(line.indexOf(":") + 1).trim() : line.trim();
    if (!data.startsWith("{")) continue;
    try {
      events.push(parseJson(data) as Fields);
    } catch {
      // The last one of a stream that broke off.
    }
  }
  return events;
}

function take(choice: Choice, { delta, message, finish_reason, text }: Fields): void {
  if (typeof finish_reason === "string" && finish_reason !== "") choice.finish_reason = finish_reason;
  if (typeof text === "string") choice.content += text;
  if (delta === undefined && message !== null && typeof message === "object") {
    const { content, tool_calls } = message as Fields;
    // Ollama's own lines hold pieces of `content` in messages.
    if (typeof content === "string" && !tool_calls) choice.content += content;
    else choice.message = message;
    return;
  }
  const { content, reasoning_content, reasoning, tool_calls, function_call } = (delta ?? {}) as Fields;
  choice.content += textOf(content);
  choice.reasoning += textOf(reasoning_content ?? reasoning);
  if (function_call !== null && typeof function_call === "object") {
    const { name, arguments: args } = function_call as Fields;
    choice.function_call ??= { name: "", arguments: "" };
    choice.function_call.name += textOf(name);
    choice.function_call.arguments += textOf(args);
  }
  const calls = Array.isArray(tool_calls) ? tool_calls : tool_calls ? [tool_calls] : [];
  for (const call of calls) takeCall(choice.calls, call as Fields);
}

/** A piece of a call: by its index, else by its id, else the last one's. */
function takeCall(calls: Streamed[], given: Fields): void {
  const { index, id, function: inner } = given;
  const { name, arguments: args } = (inner ?? given) as Fields;
  const begins = typeof name === "string" && name !== "";
  const last = calls.at(-1);
  let call = index === undefined || index === null
    ? (begins && (last === undefined || id !== last.id || id === undefined) ? undefined : last)
    : calls.findLast((one) => one.key === index);
  // Some send every call with index 0: another id with a name is another call.
  if (call !== undefined && begins && id && call.id && id !== call.id) call = undefined;
  if (call === undefined) {
    call = { key: index, id, name: "", arguments: "" };
    calls.push(call);
  }
  if (begins && call.name !== name) call.name += name;
  if (typeof args === "string" && typeof call.arguments === "string") call.arguments += args;
  else if (args !== undefined && args !== null) call.arguments = args;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return "";
  return value.map((part) => typeof part === "string" ? part : textOf((part as Fields | null)?.text)).join("");
}
