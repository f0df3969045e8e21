import { toCalls } from "../answer/calls.ts";
import { readJson } from "../answer/loose_json.ts";
import type { AskedCall, FunctionTool } from "../request.ts";

const BEGIN = /(?:print\()?([A-Za-z_][\w.]{0,80})\(/y;
const ARGUMENT = /\s*([A-Za-z_]\w{0,80})\s*=\s*/y;

/** `[fetch_logs(seconds=300), compute_error_rate()]` and nothing else, as Llama 4 and Gemma write; fenced or between marks. */
export function pythonCalls(text: string, tools: readonly FunctionTool[]): AskedCall[] {
  const code = text.replaceAll(
    /<\|python_(?:start|end)\|>|<\|?tool_call_(?:start|end)\|?>|<\|eo[tm](?:_id)?\|>|```\w*/g,
    "",
  )
    .trim().replace(/^\[/, "");
  const calls: AskedCall[] = [];
  let position = 0;
  while (position < code.length && calls.length < 32) {
    BEGIN.lastIndex = position;
    const begin = BEGIN.exec(code);
    if (begin === null) return [];
    const read = readArguments(code, BEGIN.lastIndex);
    if (read === undefined) return [];
    calls.push(...toCalls(begin[1]!, read.values, tools));
    const gap = /[\s,;)\]]*/y;
    gap.lastIndex = read.end;
    position = read.end + gap.exec(code)![0].length;
  }
  return calls;
}

function readArguments(code: string, from: number): { values: Record<string, unknown>; end: number } | undefined {
  const values: [string, unknown][] = [];
  let position = from;
  while (position < code.length) {
    const close = /\s*(?:,\s*)?\)/y;
    close.lastIndex = position;
    if (close.test(code)) return { values: Object.fromEntries(values), end: close.lastIndex };
    const comma = /\s*,/y;
    comma.lastIndex = position;
    if (values.length > 0 && comma.test(code)) position = comma.lastIndex;
    ARGUMENT.lastIndex = position;
    const name = ARGUMENT.exec(code)?.[1];
    if (name === undefined) return undefined;
    const read = readJson(code, ARGUMENT.lastIndex);
    if (read === undefined) return undefined;
    values.push([name, read.value]);
    position = read.end;
  }
  return undefined;
}
