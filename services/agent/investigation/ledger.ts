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

/** The newest finished call of a tool; undefined when it was not called or failed. */
export function resultOf<T>(ledger: readonly ToolCall[], tool: string): Found<T> | undefined {
  const call = ledger.findLast((entry) => entry.tool === tool && entry.ok);
  return call && { id: call.id, result: call.result as T };
}
