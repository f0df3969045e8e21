import { createHash } from "node:crypto";
import type { ToolCall } from "../incidents/mod.ts";

/** JSON with sorted keys, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, item) =>
      item !== null && typeof item === "object" && !Array.isArray(item)
        ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0))
        : item,
  ) ?? "null";
}

/** SHA-256 of the canonical JSON, in hex. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** The number in an entry's id, e.g. 12 for `E12`; 0 for anything else. */
export function numberOf(id: string): number {
  return Number(/^E(\d+)$/.exec(id)?.[1] ?? 0);
}

/** A tool's newest result with the id of its ledger entry. */
export interface Found<T> {
  readonly id: string;
  readonly result: T;
}

/** The newest finished call of a tool about the incident's own service; undefined when it was not called or failed. */
export function resultOf<T>(ledger: readonly ToolCall[], tool: string): Found<T> | undefined {
  const call = ledger.findLast((entry) => entry.tool === tool && entry.ok && entry.arguments.service === undefined);
  return call && { id: call.id, result: call.result as T };
}

/** Tools that tell of another service what the ones beside them tell of the incident's own. */
const SAME: Readonly<Record<string, string>> = { query_logs: "fetch_logs", changes_between: "recent_changes" };

/** What the ledger holds of another service, as if the incident were its own. */
export function ledgerOf(ledger: readonly ToolCall[], service: string): ToolCall[] {
  return ledger.filter((entry) => entry.arguments.service === service).map((entry) => {
    const { service: _, ...args } = entry.arguments;
    return { ...entry, tool: SAME[entry.tool] ?? entry.tool, arguments: args };
  });
}
