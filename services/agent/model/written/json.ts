import { argumentsOf, callsOf, nameOf, toCalls } from "../answer/calls.ts";
import { readJson } from "../answer/loose_json.ts";
import { isTool, toolWithArguments } from "../answer/tool_names.ts";
import type { AskedCall, FunctionTool } from "../request.ts";
import { matchesOf } from "./matches.ts";

const BEGIN = /(?:^|\n|```\w{0,20}|[:：]) *[[{]/g;

/** JSON that is a call, a list of calls, or the arguments of just one tool; in a fence, on a line of its own, or alone. */
export function jsonCalls(text: string, tools: readonly FunctionTool[]): AskedCall[] {
  const calls: AskedCall[] = [];
  let end = 0;
  for (const match of matchesOf(text, BEGIN)) {
    const from = match.index + match[0].length - 1;
    if (from < end) continue;
    const read = readJson(text, from);
    if (read === undefined) continue;
    const found = callsIn(read.value, tools);
    if (found.length > 0) end = read.end;
    calls.push(...found);
  }
  return calls;
}

function callsIn(value: unknown, tools: readonly FunctionTool[]): AskedCall[] {
  if (Array.isArray(value)) return value.slice(0, 32).flatMap((one) => callsIn(one, tools));
  if (value === null || typeof value !== "object") return [];
  const { tool_calls, tool_uses, function: inner } = value as Record<string, unknown>;
  const list = tool_calls ?? tool_uses;
  if (Array.isArray(list)) return callsOf(list, tools);
  const call = inner !== null && typeof inner === "object" ? { ...value, ...inner } : value;
  const name = nameOf(call);
  if (name !== undefined && isTool(name, tools)) return toCalls(name, argumentsOf(call) ?? {}, tools);
  const keys = Object.keys(value);
  // `{"fetch_logs": {"seconds": 300}}`
  if (keys.length === 1 && isTool(keys[0]!, tools)) return toCalls(keys[0]!, Object.values(value)[0], tools);
  const tool = toolWithArguments(keys, tools);
  return tool === undefined ? [] : toCalls(tool, value, tools);
}
