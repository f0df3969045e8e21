import { parseJson } from "../../../lib/http/mod.ts";
import type { AskedCall, FunctionTool } from "../request.ts";
import { writtenCalls } from "../written/mod.ts";
import { callsOf, toCalls } from "./calls.ts";
import { withoutReasoning } from "./reasoning.ts";
import { assembled, isStream } from "./stream.ts";

/** What a completion holds, whatever its form. */
export interface Answered {
  readonly text: string;
  readonly calls: readonly AskedCall[];
  /** In lower case, e.g. `stop`, `length`, `content_filter`; empty when it is not said. */
  readonly finish: string;
  /** Why the model does not answer, in its words; empty when it does. */
  readonly refusal: string;
  readonly usage: { readonly prompt: number; readonly completion: number } | undefined;
}

type Fields = Record<string, unknown>;

/** The answer in a completion's text; undefined when it is none. */
export function readAnswer(text: string, tools: readonly FunctionTool[]): Answered | undefined {
  const body = bodyOf(text);
  if (body === undefined) return undefined;
  const choices = choicesOf(body).map((choice) => readChoice(choice, tools));
  const best = choices.find((choice) => choice.calls.length > 0) ?? choices.find((choice) => choice.text !== "") ??
    choices[0];
  return best === undefined ? undefined : { ...best, usage: usageOf(body) };
}

function bodyOf(text: string): Fields | undefined {
  let body: unknown = text.replace(/^\ufeff/, "").trim();
  try {
    if (isStream(text)) body = assembled(text);
    // Once more for endpoints that encode it twice.
    for (let times = 0; typeof body === "string" && times < 2; times++) body = parseJson(body);
  } catch {
    return undefined;
  }
  if (Array.isArray(body) && body.length === 1) body = body[0];
  if (body === null || typeof body !== "object") return undefined;
  const { choices, result, data, response } = body as Fields;
  const inner = choices === undefined
    ? [result, data, response].find((one) => one !== null && typeof one === "object")
    : undefined;
  return (inner ?? body) as Fields;
}

/** Choices as chat completions have them, also from the other interfaces that endpoints answer with. */
function choicesOf(
  { choices, message, output, content, response, tool_calls, done_reason, stop_reason }: Fields,
): Fields[] {
  if (choices !== undefined && choices !== null) {
    const list = Array.isArray(choices) ? choices : [choices];
    return list.filter((one): one is Fields => one !== null && typeof one === "object");
  }
  if (message !== null && typeof message === "object") return [{ message, finish_reason: done_reason }];
  if (Array.isArray(output)) return [{ message: { content: output.flatMap(partsOf) } }];
  if (Array.isArray(content)) return [{ message: { content }, finish_reason: stop_reason }];
  if (typeof response === "string" || Array.isArray(tool_calls)) {
    return [{ message: { content: response, tool_calls } }];
  }
  return [];
}

/** An item of the Responses interface as parts of a content. */
function partsOf(item: unknown): unknown[] {
  const { type, content } = (item ?? {}) as Fields;
  return type === "message" && Array.isArray(content) ? content : [item];
}

function readChoice(choice: Fields, tools: readonly FunctionTool[]): Omit<Answered, "usage"> {
  const { message, delta, text: legacy, finish_reason, native_finish_reason } = choice;
  const given = (message ?? delta ?? { content: legacy }) as Fields | string;
  const { content, tool_calls, function_call, refusal, reasoning_content, reasoning } =
    (typeof given === "string" ? { content: given } : given) as Fields;
  const parts = readContent(content, tools);
  const { text, reasoning: thought } = withoutReasoning(parts.text);
  const asked = [callsOf(tool_calls, tools), callsOf(function_call, tools), parts.calls]
    .find((calls) => calls.length > 0) ?? [];
  const thoughts = [thought, readContent(reasoning_content ?? reasoning, tools).text].filter(Boolean).join("\n");
  const written = asked.length > 0 ? [] : writtenCalls(text, tools);
  // Some servers take a call for the end of the reasoning, and leave the content empty.
  const misplaced = asked.length === 0 && written.length === 0 && text === "" ? writtenCalls(thoughts, tools) : [];
  const calls = [asked, written, misplaced].find((some) => some.length > 0) ?? [];
  return {
    text: calls === asked || calls.length === 0 ? text : "",
    calls,
    finish: String(finish_reason ?? native_finish_reason ?? "").toLowerCase(),
    refusal: typeof refusal === "string" ? refusal : parts.refusal,
  };
}

/** Text, calls and a refusal of a content that is a text, a part or a list of parts. */
function readContent(
  content: unknown,
  tools: readonly FunctionTool[],
): { readonly text: string; readonly calls: AskedCall[]; readonly refusal: string } {
  if (typeof content === "string") return { text: content, calls: [], refusal: "" };
  const parts = Array.isArray(content) ? content : content === null || content === undefined ? [] : [content];
  const texts: string[] = [];
  const calls: AskedCall[] = [];
  let refused = "";
  for (const part of parts) {
    if (typeof part === "string") texts.push(part);
    if (part === null || typeof part !== "object") continue;
    const { type, text, content: inner, refusal, name, input, arguments: args } = part as Fields;
    if (/think|reason/i.test(String(type))) continue;
    if (typeof refusal === "string") refused = refusal;
    if (typeof name === "string" && (input !== undefined || args !== undefined)) {
      calls.push(...toCalls(name, input ?? args, tools));
    } else if (typeof text === "string") texts.push(text);
    else if (typeof inner === "string") texts.push(inner);
  }
  return { text: texts.join(""), calls, refusal: refused };
}

function usageOf({ usage, prompt_eval_count, eval_count }: Fields): Answered["usage"] {
  const { prompt_tokens, completion_tokens, input_tokens, output_tokens } = (usage ?? {}) as Fields;
  const prompt = prompt_tokens ?? input_tokens ?? prompt_eval_count;
  const completion = completion_tokens ?? output_tokens ?? eval_count;
  if (!isCount(prompt) || !isCount(completion)) return undefined;
  return { prompt, completion };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
