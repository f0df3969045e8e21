import { toCalls } from "../answer/calls.ts";
import { readJson } from "../answer/loose_json.ts";
import type { AskedCall, FunctionTool } from "../request.ts";
import { matchesOf } from "./matches.ts";

const CALL = /\bto=([\w.:-]{1,80})[^<]{0,80}(?:<\|(?:channel|constrain)\|>[^<]{0,80}){0,3}<\|message\|>/g;

/** `<|channel|>commentary to=functions.NAME <|constrain|>json<|message|>{…}<|call|>`, as gpt-oss writes. */
export function harmonyCalls(text: string, tools: readonly FunctionTool[]): AskedCall[] {
  return matchesOf(text, CALL).flatMap((match) => {
    const read = readJson(text, match.index + match[0].length);
    return read === undefined ? [] : toCalls(match[1]!, read.value, tools);
  });
}
