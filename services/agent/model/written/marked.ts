import { callsOf, toCalls } from "../answer/calls.ts";
import { readJson } from "../answer/loose_json.ts";
import type { AskedCall, FunctionTool } from "../request.ts";
import { matchesOf } from "./matches.ts";

const MARK =
  /<\|?(?:tool_calls?|tool_call_start|function_?calls?|functioncall|python_tag|tools?)\|?>|\[(?:TOOL_CALLS?|TOOL_REQUEST)\]/g;
const NAMED = /\s*([\w.:-]{1,80})\s*(?:\[CALL_ID\][\w-]{0,40}\s*)?(?:\[ARGS\]\s*)?(?=\{)/y;

/**
 * JSON behind a mark: `<tool_call>{"name": …, "arguments": …}</tool_call>`, as Hermes and Qwen write; a list of them, as
 * Granite does; `[TOOL_CALLS][…]`, `[TOOL_CALLS]NAME{…}` and `[TOOL_CALLS]NAME[ARGS]{…}`, as Mistral does;
 * `<|python_tag|>{…}`, as Llama does.
 */
export function markedCalls(text: string, tools: readonly FunctionTool[]): AskedCall[] {
  return matchesOf(text, MARK).flatMap((match) => behind(text, match.index + match[0].length, tools));
}

function behind(text: string, from: number, tools: readonly FunctionTool[]): AskedCall[] {
  const calls: AskedCall[] = [];
  for (let position = from, count = 0; count < 16; count++) {
    // Between two: white space, commas, a fence.
    const gap = /(?:\s|[,;]|```\w*)*/y;
    gap.lastIndex = position;
    position += gap.exec(text)![0].length;
    NAMED.lastIndex = position;
    const named = NAMED.exec(text);
    const read = readJson(text, position + (named?.[0].length ?? 0));
    if (read === undefined || read.value === null || typeof read.value !== "object") break;
    calls.push(...(named === null ? callsOf(read.value, tools) : toCalls(named[1]!, read.value, tools)));
    position = read.end;
  }
  return calls;
}
