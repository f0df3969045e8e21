import type { AskedCall, FunctionTool } from "../request.ts";
import { fit } from "./fit.ts";
import { looseJson } from "./loose_json.ts";
import { toolNamed } from "./tool_names.ts";

const MOST_CALLS = 32;
/** A wrapper that some models put around several calls, although no such tool is offered. */
const PARALLEL = /^(?:functions\.)?multi_tool_use(?:[._]parallel)?$|^parallel$/;

/** Any of the shapes in which a call is written. */
interface Written {
  readonly name?: unknown;
  readonly tool?: unknown;
  readonly tool_name?: unknown;
  readonly recipient_name?: unknown;
  readonly action?: unknown;
  readonly type?: unknown;
  readonly function?: unknown;
  readonly arguments?: unknown;
  readonly parameters?: unknown;
  readonly args?: unknown;
  readonly input?: unknown;
  readonly action_input?: unknown;
  readonly tool_input?: unknown;
}

/** Calls of `tool_calls`, `function_call`, or of a text that holds the like. */
export function callsOf(given: unknown, tools: readonly FunctionTool[]): AskedCall[] {
  const list = typeof given === "string" ? looseJson(given) : given;
  const all = Array.isArray(list) ? list : list === null || list === undefined ? [] : [list];
  return all.slice(0, MOST_CALLS).flatMap((one) => callOf(one, tools));
}

function callOf(given: unknown, tools: readonly FunctionTool[]): AskedCall[] {
  const call = (typeof given === "string" ? looseJson(given) : given) as Written | null | undefined;
  if (call === null || typeof call !== "object") return [unknown()];
  const inner = typeof call.function === "string" && /^\s*\{/.test(call.function)
    ? looseJson(call.function)
    : call.function;
  const outer = inner !== null && typeof inner === "object" ? { ...call, ...inner } as Written : call;
  const name = nameOf(outer);
  if (name === undefined) return [unknown()];
  return toCalls(name, argumentsOf(outer), tools);
}

/** The name that a written call has; undefined where it has none. */
export function nameOf(call: Written): string | undefined {
  const { name, tool, tool_name, recipient_name, action } = call;
  const plain = typeof call.function === "string" ? call.function : undefined;
  return [name, plain, tool, tool_name, recipient_name, action].find((one): one is string =>
    typeof one === "string" && one.trim() !== ""
  );
}

/** The arguments that a written call has; undefined where it has none. */
export function argumentsOf(call: Written): unknown {
  const { arguments: args, parameters, args: short, input, action_input, tool_input } = call;
  return [args, parameters, short, input, action_input, tool_input].find((one) => one !== undefined && one !== null);
}

/** Calls of a tool with arguments in any form, each in the types of its schema. */
export function toCalls(name: string, given: unknown, tools: readonly FunctionTool[]): AskedCall[] {
  const args = objectOf(given);
  if (args === undefined) {
    const tool = toolNamed(name, tools);
    return [{ tool, arguments: {}, problem: `the arguments of ${tool} are not a JSON object` }];
  }
  if (PARALLEL.test(name.trim())) {
    const uses = args.tool_uses ?? args.tools ?? args.calls;
    if (Array.isArray(uses) && uses.length > 0) return callsOf(uses, tools);
  }
  const tool = toolNamed(name, tools);
  const schema = tools.find((one) => one.function.name === tool)?.function.parameters;
  // `{"send_diagnosis": {…}}`
  const [key, inside] = Object.entries(args)[0] ?? [];
  const own = Object.keys(args).length === 1 && key === tool && inside !== null && typeof inside === "object"
    ? inside
    : args;
  return [{ tool, arguments: (schema === undefined ? own : fit(own, schema)) as Record<string, unknown> }];
}

/** An object, however often it was encoded. */
function objectOf(given: unknown): Record<string, unknown> | undefined {
  let value = given;
  for (let times = 0; typeof value === "string" && times < 3; times++) {
    if (value.trim() === "") return {};
    value = looseJson(value);
  }
  if (given === null || given === undefined || value === null) return {};
  if (Array.isArray(value)) {
    if (value.length === 0) return {};
    value = value.length === 1 ? value[0] : undefined;
  }
  return value !== null && typeof value === "object" ? value as Record<string, unknown> : undefined;
}

function unknown(): AskedCall {
  return { tool: "unknown", arguments: {}, problem: "only function calls are understood" };
}
