import * as v from "valibot";
import { redactDeep, type ToolCall } from "../incidents/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import type { Call } from "./brains/brain.ts";
import { hashOf } from "./ledger.ts";
import { type Tool, type ToolContext, ToolError, tools } from "./tools/mod.ts";

/** A call whose tool exists and whose arguments are right and complete. */
export interface Prepared {
  readonly tool: Tool;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** The call with its arguments completed, or why it cannot be made. */
export function prepare(call: Call): Prepared | { readonly problem: string } {
  if (call.problem !== undefined) return { problem: call.problem };
  const tool = tools.get(call.tool);
  if (tool === undefined) {
    return {
      problem: `there is no tool ${JSON.stringify(call.tool.slice(0, 60))}; the tools are ${
        [...tools.keys()].join(", ")
      }`,
    };
  }
  const parsed = v.safeParse(tool.schema, call.arguments);
  if (parsed.success) return { tool, arguments: parsed.output as Record<string, unknown> };
  return {
    problem: `invalid arguments of ${tool.name}: ${
      parsed.issues.map((issue) => `${v.getDotPath(issue) ?? "arguments"}: ${issue.message}`).join("; ")
    }`,
  };
}

/** The entry whose answer serves for this call, too. */
export function coveredBy({ tool, arguments: args }: Prepared, ledger: readonly ToolCall[]): ToolCall | undefined {
  return ledger.find((entry) => {
    if (entry.tool !== tool.name) return false;
    const earlier = v.safeParse(tool.schema, entry.arguments);
    if (!earlier.success) return false;
    return JSON.stringify(earlier.output) === JSON.stringify(args) || (tool.covers?.(earlier.output, args) ?? false);
  });
}

/** Position of a call in the ledger. */
export interface Slot {
  readonly id: string;
  readonly step: number;
  readonly episode: number;
}

/** Makes a call within its time limit; a failure is a result, too, in words for a person. Secrets are taken out. */
export async function execute(
  prepared: Prepared,
  slot: Slot,
  context: ToolContext & { readonly log: Logger; readonly remainingMs: number },
): Promise<ToolCall> {
  const { tool } = prepared;
  const { log, remainingMs, now } = context;
  const startedAt = now().toISOString();
  let ok = true;
  let result: unknown;
  try {
    result = await withTimeLimit(Math.min(tool.timeoutMs, Math.max(1, remainingMs)), {
      who: tool.name,
      signal: context.signal,
    }, (signal) => tool.run(prepared.arguments, { ...onService(context, prepared.arguments), signal }));
  } catch (error) {
    // The agent is stopping: the next one repeats the call.
    context.signal.throwIfAborted();
    ok = false;
    if (!(error instanceof ToolError)) log.error("tool failed", { tool: tool.name, error });
    result = error instanceof ToolError
      ? { error: error.code, message: error.message }
      : { error: "internal", message: `${tool.name} failed; the agent's log has the reason` };
  }
  return ledgerEntry(prepared, slot, { startedAt, endedAt: now().toISOString(), ok, result });
}

/** A call as the ledger keeps it, without secrets. */
export function ledgerEntry(
  { tool, arguments: args }: Prepared,
  slot: Slot,
  made: { readonly startedAt: string; readonly endedAt: string; readonly ok: boolean; readonly result: unknown },
): ToolCall {
  const clean = redactDeep(JSON.parse(JSON.stringify(made.result ?? null)));
  return {
    ...slot,
    tool: tool.name,
    arguments: redactDeep(args),
    started_at: made.startedAt,
    ended_at: made.endedAt,
    ok: made.ok,
    result: clean,
    hash: hashOf(clean),
  };
}

/** The context of a call about another service: its situation is that of the alert, at that service. */
function onService<C extends ToolContext>(context: C, { service: name }: Readonly<Record<string, unknown>>): C {
  const { situation, sources } = context;
  if (typeof name !== "string" || name === situation.service?.name) return context;
  const service = sources.services.find((one) => one.name === name);
  if (service === undefined) {
    throw new ToolError(
      "not_configured",
      `config/oncall.yaml describes no service ${JSON.stringify(name)}; it describes ${
        sources.services.map((one) => one.name).slice(0, 40).join(", ")
      }`,
    );
  }
  return {
    ...context,
    situation: { ...situation, service },
    sources: { ...sources, prometheus: sources.metrics(service) },
  };
}

/**
 * Runs `body` with a signal that ends after `ms`, or with `signal`; does not wait for a body that ignores it.
 *
 * @throws {ToolError} `timeout`.
 */
export async function withTimeLimit<T>(
  ms: number,
  limits: { readonly who: string; readonly signal: AbortSignal },
  body: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { who, signal } = limits;
  const controller = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  ended.catch(() => {});
  const onAbort = () => {
    controller.abort(signal.reason);
    reject(signal.reason);
  };
  const timer = setTimeout(() => {
    controller.abort(new DOMException("time limit", "TimeoutError"));
    // Leaves the body a moment to say where it waited.
    queueMicrotask(() => setTimeout(() => reject(new ToolError("timeout", `${who} took longer than ${ms} ms`)), 0));
  }, ms);
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([body(controller.signal), ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
