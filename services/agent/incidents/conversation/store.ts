import * as v from "valibot";
import { orderSchema } from "../outbox/mod.ts";
import type { Transaction } from "../store.ts";
import { intentSchema } from "./intent.ts";

/** A question of ours that waits for an operator's answer. */
const pending = v.variant("kind", [
  /** Which incident was meant by `text`. */
  v.object({ kind: v.literal("incident"), text: v.string(), expires_at: v.string() }),
  /** Which of several things is to be done. */
  v.object({
    kind: v.literal("choice"),
    incident_id: v.string(),
    options: v.array(v.object({ label: v.string(), action: orderSchema })),
    expires_at: v.string(),
  }),
  /**
   * Whether exactly this is to be done; `hash` binds it to the incident, the sender and the state that was shown, so that
   * it confirms nothing else.
   */
  v.object({
    kind: v.literal("confirmation"),
    incident_id: v.string(),
    code: v.string(),
    hash: v.string(),
    says: v.string(),
    intent: intentSchema,
    /** The state that the question showed; when it changed, the question is asked again. */
    state: v.exactOptional(v.string()),
    /** Whose words it is: the operator's own order may be confirmed with "yes" alone. Absent: a model's. */
    proposed_by: v.exactOptional(v.picklist(["operator", "model"])),
    expires_at: v.string(),
  }),
]);

/** A question of ours that waits for an operator's answer. */
export type Pending = v.InferOutput<typeof pending>;

/** Where an operator's conversation is. */
export interface Conversation {
  readonly incident_id: string;
  /** Time of the last message about it from or to the operator (RFC 3339). */
  readonly at: string;
  /** Who spoke last. */
  readonly by: "agent" | "operator";
}

const pendingOf = (sender: string) => `operator/${sender}/pending`;
const conversationOf = (sender: string) => `operator/${sender}/conversation`;
const messageOf = (id: string) => `message/${id}`;

/** The question that waits for this operator's answer, unless it has expired. */
export async function readPending(tx: Transaction, sender: string, now: Date): Promise<Pending | undefined> {
  const parsed = v.safeParse(pending, parseJson(await tx.setting(pendingOf(sender))));
  return parsed.success && Date.parse(parsed.output.expires_at) > now.getTime() ? parsed.output : undefined;
}

/** Keeps a question, or forgets the one there is. */
export async function savePending(tx: Transaction, sender: string, question: Pending | undefined): Promise<void> {
  await tx.saveSetting(pendingOf(sender), question === undefined ? "" : JSON.stringify(question));
}

const conversation = v.object({ incident_id: v.string(), at: v.string(), by: v.picklist(["agent", "operator"]) });

/** The incident that an operator and the agent spoke of last. */
export async function readConversation(tx: Transaction, sender: string): Promise<Conversation | undefined> {
  const parsed = v.safeParse(conversation, parseJson(await tx.setting(conversationOf(sender))));
  return parsed.success ? parsed.output : undefined;
}

/** Stores the incident of the latest message from or to an operator. */
export async function saveConversation(tx: Transaction, sender: string, now: Conversation): Promise<void> {
  await tx.saveSetting(conversationOf(sender), JSON.stringify(now));
}

/** The incident that a message of ours was about, by the provider's id of the message. */
export async function incidentOfMessage(tx: Transaction, messageId: string): Promise<string | undefined> {
  const id = await tx.setting(messageOf(messageId));
  return id === "" ? undefined : id;
}

/** Notes what a message of ours is about; forgotten with the incident. */
export async function saveMessageOf(tx: Transaction, incident_id: string, messageId: string): Promise<void> {
  await tx.saveSetting(messageOf(messageId), incident_id, { incident_id });
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined || text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
