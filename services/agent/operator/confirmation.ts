import { createHash, randomInt } from "node:crypto";
import { type Pending, readPending, savePending, type Transaction } from "../incidents/mod.ts";
import type { Doing } from "./parser/mod.ts";

/** A question whether exactly this is to be done. */
export type Confirmation = Extract<Pending, { kind: "confirmation" }>;

/** What is to be confirmed, by whom. */
export interface Asking {
  readonly incident_id: string;
  readonly intent: Doing;
  /** The state that the question shows and depends on; when it changed, the question is asked again. */
  readonly state?: string | undefined;
  readonly sender: string;
  readonly says: string;
  readonly proposed_by: "operator" | "model";
  readonly now: Date;
}

/** How long a confirmation stays valid, in milliseconds. */
const VALID_MS = 600_000;

/**
 * SHA-256 in hex of what a confirmation is for: the incident, who may confirm, exactly what will be done, and the state
 * that was shown.
 */
export function confirmationHash(
  { incident_id, intent, state }: Pick<Asking, "incident_id" | "intent" | "state">,
  sender: string,
): string {
  return createHash("sha256").update(canonical({ incident_id, sender, intent, state })).digest("hex");
}

/** Keeps a question and returns it; the same question that still waits keeps its code and its time. */
export async function askToConfirm(tx: Transaction, asking: Asking): Promise<Confirmation> {
  const { incident_id, intent, state, sender, says, proposed_by, now } = asking;
  const hash = confirmationHash(asking, sender);
  const waiting = await readPending(tx, sender, now);
  if (waiting?.kind === "confirmation" && waiting.hash === hash && waiting.proposed_by === proposed_by) return waiting;
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  const expires_at = new Date(now.getTime() + VALID_MS).toISOString();
  const about = { incident_id, intent, says, hash, proposed_by, ...(state === undefined ? {} : { state }) };
  const question = { kind: "confirmation", ...about, code, expires_at } as const;
  await savePending(tx, sender, question);
  return question;
}

/** Whether a confirmation is for exactly what was shown, to this sender. */
export function isUntouched(pending: Confirmation, sender: string): boolean {
  return confirmationHash(pending, sender) === pending.hash;
}

/** JSON with its keys in order, so that equal values have equal texts. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => a < b ? -1 : 1);
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(",")}}`;
}
