import { toCalls } from "../answer/calls.ts";
import { looseJson, readJson } from "../answer/loose_json.ts";
import type { AskedCall, FunctionTool } from "../request.ts";
import { matchesOf } from "./matches.ts";

const CALL = /<(?:[｜\w]{1,12}[:｜])?(?:function|invoke|tool)(?:=| name=)["']?([\w.:-]{1,80})["']?[^<>]{0,40}>/g;
const PARAMETER = /<(?:[｜\w]{1,12}[:｜])?param(?:eter)?(?:=| name=)["']?([\w.-]{1,80})["']?[^<>]{0,40}>/g;
const END = /<\/(?:[｜\w]{1,12}[:｜])?(?:function|invoke|tool)\b|<[｜|]/g;
const KEY = /<arg_key>([^<]{1,80})<\/arg_key>\s*<arg_value>/g;

/**
 * `<function=NAME>{…}</function>`, as Llama writes; `<parameter=KEY>VALUE</parameter>` in it, as Qwen's coders do;
 * `<invoke name="NAME"><parameter name="KEY">VALUE</parameter></invoke>`; `<tool_call>NAME<arg_key>…`, as GLM does.
 */
export function functionTags(text: string, tools: readonly FunctionTool[]): AskedCall[] {
  const starts = matchesOf(text, CALL).map((match) => ({ name: match[1]!, from: match.index + match[0].length }));
  const glm = matchesOf(text, /<tool_call>\s*([\w.:-]{1,80})\s*(?=<arg_key>|<\/tool_call>)/g)
    .map((match) => ({ name: match[1]!, from: match.index + match[0].length }));
  const all = [...starts, ...glm].sort((a, b) => a.from - b.from);
  return all.flatMap(({ name, from }, index) => {
    const inside = text.slice(from, all[index + 1]?.from);
    if (/^\s*\{/.test(inside)) {
      const read = readJson(inside, 0);
      return read === undefined ? [] : toCalls(name, read.value, tools);
    }
    return toCalls(name, argumentsIn(inside), tools);
  });
}

function argumentsIn(text: string): Record<string, unknown> {
  const end = [...text.matchAll(END)][0]?.index ?? text.length;
  const named = matchesOf(text, PARAMETER).map((match) => ({ match, close: /<\/(?:[｜\w]{1,12}[:｜])?param/g }));
  const keyed = matchesOf(text, KEY).map((match) => ({ match, close: /<\/arg_value>/g }));
  return Object.fromEntries([...named, ...keyed].map(({ match, close }) => {
    const from = match.index + match[0].length;
    close.lastIndex = from;
    const value = text.slice(from, close.exec(text)?.index ?? end).trim();
    return [match[1]!.trim(), /^[[{"]/.test(value) ? looseJson(value) ?? value : value];
  }));
}
