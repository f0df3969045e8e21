import { createHash } from "node:crypto";
import type { Doing } from "./parser/mod.ts";

/** SHA-256 in hex of what a confirmation is for: the incident, who may confirm, and exactly what will be done. */
export function confirmationHash(
  { incident_id, intent }: { readonly incident_id: string; readonly intent: Doing },
  sender: string,
): string {
  return createHash("sha256").update(canonical({ incident_id, sender, intent })).digest("hex");
}

/** JSON with its keys in order, so that equal values have equal texts. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(",")}}`;
}
