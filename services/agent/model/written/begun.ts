import { toCalls } from "../answer/calls.ts";
import { readJson } from "../answer/loose_json.ts";
import type { AskedCall, FunctionTool } from "../request.ts";
import { matchesOf } from "./matches.ts";

const BEGIN = /<[|｜]tool[▁_]call[▁_]begin[|｜]>/g;
const LONGEST_HEAD = 200;

/**
 * `<｜tool▁call▁begin｜>function<｜tool▁sep｜>NAME` and JSON, fenced or bare, as DeepSeek writes;
 * `<|tool_call_begin|>functions.NAME:0<|tool_call_argument_begin|>{…}`, as Kimi does.
 */
export function begunCalls(text: string, tools: readonly FunctionTool[]): AskedCall[] {
  return matchesOf(text, BEGIN).flatMap((match) => {
    const from = match.index + match[0].length;
    const brace = text.indexOf("{", from);
    if (brace < 0 || brace - from > LONGEST_HEAD) return [];
    const head = text.slice(from, brace).replaceAll(/<[^<>]{1,40}>/g, " ").replaceAll(/```\w*/g, " ");
    const name = head.split(/\s+/).filter((word) => word !== "" && word !== "function").at(-1);
    const read = readJson(text, brace);
    return name === undefined || read === undefined ? [] : toCalls(name, read.value, tools);
  });
}
