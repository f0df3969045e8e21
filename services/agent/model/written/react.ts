import { callsOf, toCalls } from "../answer/calls.ts";
import { readJson } from "../answer/loose_json.ts";
import type { AskedCall, FunctionTool } from "../request.ts";

const ACTION = /^[ \t*]*Action[ \t*]*:[ \t*]*(.{0,100})$/im;
const INPUT = /^[ \t*]*Action[ _]?Input[ \t*]*:[ \t*]*/im;

/** `Action: NAME`, `Action Input: {…}` on lines of their own; `Action:` and a fenced list of calls, as Cohere writes. */
export function reactCalls(text: string, tools: readonly FunctionTool[]): AskedCall[] {
  const action = ACTION.exec(text);
  if (action === null) return [];
  const named = action[1]!.trim().replaceAll(/[`"'*]/g, "");
  const rest = text.slice(action.index + action[0].length);
  if (named === "" || named === "json") {
    const bracket = rest.search(/[[{]/);
    const read = bracket < 0 ? undefined : readJson(rest, bracket);
    return read === undefined ? [] : callsOf(read.value, tools);
  }
  const input = INPUT.exec(rest);
  if (input === null) return toCalls(named, {}, tools);
  const from = input.index + input[0].length;
  const fence = /(?:```\w*)?\s*/y;
  fence.lastIndex = from;
  const read = readJson(rest, from + fence.exec(rest)![0].length);
  return read === undefined ? [] : toCalls(named, read.value, tools);
}
