import { redact, type ToolCall } from "../incidents/mod.ts";
import { tools } from "./tools/mod.ts";

/** Something searched for and not found. */
export interface Missing {
  readonly tools: readonly string[];
  /** The reason, in the other system's words. */
  readonly reason: string;
  /** Without it a diagnosis is worth much less. */
  readonly essential: boolean;
  /** Something of it was had. */
  readonly partial: boolean;
}

/** What the ledger shows to be missing: failed calls that no later one made good, and what results lack. */
export function missingFrom(ledger: readonly ToolCall[]): Missing[] {
  const missing: Missing[] = [];
  for (const call of ledger) {
    // What could not be read of another service is said where that service is spoken of.
    if (call.arguments.service !== undefined) continue;
    if (call.ok || ledger.some((other) => other.ok && other.tool === call.tool)) continue;
    const reason = (call.result as { message?: string }).message ?? "not to be had";
    if (missing.some((other) => other.tools[0] === call.tool && other.reason === reason)) continue;
    missing.push({ tools: [call.tool], reason, essential: tools.get(call.tool)?.essential === true, partial: false });
  }
  for (const [name, tool] of tools) {
    const newest = ledger.findLast((call) => call.ok && call.tool === name && call.arguments.service === undefined);
    for (const { reason, partial = false } of newest === undefined ? [] : tool.gaps?.(newest.result) ?? []) {
      // What several of them found out of the same server is said once.
      const same = missing.findIndex((other) => partial && other.partial && other.reason === reason);
      if (same >= 0) missing[same] = { ...missing[same]!, tools: [...missing[same]!.tools, name] };
      else missing.push({ tools: [name], reason, essential: !partial && tool.essential === true, partial });
    }
  }
  return missing;
}

/** In words, e.g. `logs: the load balancer cannot be reached`. */
export function missingText({ tools: names, reason }: Missing): string {
  return redact(`${names.map((name) => tools.get(name)?.subject ?? name).join(", ")}: ${reason}`);
}
