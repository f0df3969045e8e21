import { redact, type ToolCall } from "../incidents/mod.ts";
import { tools } from "./tools/mod.ts";

/** Something that was looked for and not had. */
export interface Missing {
  readonly tool: string;
  /** Why, in the words of who was asked. */
  readonly reason: string;
  /** Without it a diagnosis is worth much less. */
  readonly essential: boolean;
}

/** What the ledger shows to be missing: failed calls that no later one made good, and results with a gap. */
export function missingFrom(ledger: readonly ToolCall[]): Missing[] {
  const missing: Missing[] = [];
  const add = (tool: string, reason: string) => {
    if (missing.some((other) => other.tool === tool && other.reason === reason)) return;
    missing.push({ tool, reason, essential: tools.get(tool)?.essential === true });
  };
  for (const call of ledger) {
    if (call.ok || ledger.some((other) => other.ok && other.tool === call.tool)) continue;
    add(call.tool, (call.result as { message?: string }).message ?? "not to be had");
  }
  for (const [name, tool] of tools) {
    const newest = ledger.findLast((call) => call.ok && call.tool === name);
    const gap = newest && tool.gap?.(newest.result);
    if (gap) add(name, gap);
  }
  return missing;
}

/** In words, e.g. `logs: the load balancer cannot be reached`. */
export function missingText({ tool, reason }: Missing): string {
  return redact(`${tools.get(tool)?.subject ?? tool}: ${reason}`);
}
