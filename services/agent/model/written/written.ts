import { isTool } from "../answer/tool_names.ts";
import type { AskedCall, FunctionTool } from "../request.ts";
import { begunCalls } from "./begun.ts";
import { functionTags } from "./function_tags.ts";
import { harmonyCalls } from "./harmony.ts";
import { jsonCalls } from "./json.ts";
import { markedCalls } from "./marked.ts";
import { pythonCalls } from "./python.ts";
import { reactCalls } from "./react.ts";

/** Reads one family of forms; gives nothing where the text has none of them. */
export type Reader = (text: string, tools: readonly FunctionTool[]) => AskedCall[];

/** The first that finds calls of tools that were offered counts; those with marks of their own come first. */
const READERS: readonly Reader[] = [
  harmonyCalls,
  begunCalls,
  functionTags,
  markedCalls,
  reactCalls,
  pythonCalls,
  jsonCalls,
];
/** What is read of a text, in characters. */
const LONGEST = 100_000;

/** The calls that a text consists of, or that it marks as calls. */
export function writtenCalls(text: string, tools: readonly FunctionTool[]): AskedCall[] {
  const start = text.slice(0, LONGEST);
  if (start.trim() === "") return [];
  for (const read of READERS) {
    const calls = read(start, tools).filter((call) => isTool(call.tool, tools));
    if (calls.length > 0) return calls;
  }
  return [];
}
