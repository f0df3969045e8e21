import type { FunctionTool } from "../request.ts";
import { plainName } from "./fit.ts";

const LONGEST_NAME = 60;

/**
 * The tool that a model means: `functions.fetch_logs:0`, `default_api.fetch_logs`, `fetch-logs`, `fetchLogs` or a name with
 * a template's token behind it are all `fetch_logs`. A name that means none stays as it is.
 */
export function toolNamed(name: string, tools: readonly FunctionTool[]): string {
  const names = tools.map((tool) => tool.function.name);
  const given = name.slice(0, 200).trim();
  if (names.includes(given)) return given;
  const bare = given.split("<|")[0]!.replace(/^(?:functions?|tools?|default_api|namespace)[.:/]+/i, "")
    .replace(/:\d+$/, "").replace(/\(\s*\)$/, "").replaceAll(/["'`]/g, "").trim();
  const same = names.filter((one) => plainName(one) === plainName(bare));
  return same.length === 1 ? same[0]! : given.slice(0, LONGEST_NAME);
}

/** Whether a name means a tool that was offered. */
export function isTool(name: string, tools: readonly FunctionTool[]): boolean {
  const meant = toolNamed(name, tools);
  return tools.some((tool) => tool.function.name === meant);
}

/** The one tool whose required arguments, two or more, are all among the keys. */
export function toolWithArguments(keys: readonly string[], tools: readonly FunctionTool[]): string | undefined {
  const plain = new Set(keys.map(plainName));
  const fitting = tools.filter(({ function: { parameters } }) => {
    const required = (parameters.required ?? []) as readonly string[];
    return required.length > 1 && required.every((name) => plain.has(plainName(name)));
  });
  return fitting.length === 1 ? fitting[0]!.function.name : undefined;
}
