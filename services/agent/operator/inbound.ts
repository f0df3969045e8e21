import type { Addressee, Role } from "../incidents/mod.ts";

/** A message of an operator, from wherever it came. */
export interface Inbound {
  /** Its provider's id: the same id is the same message. */
  readonly id: string;
  /** Who sent it: an account's name, a number in E.164, or a name given through the API. */
  readonly sender: string;
  /** Who really sent it, for the audit trail, where the sender is only what somebody called himself. */
  readonly by?: string;
  /** What the sender may do; default: act. */
  readonly role?: Role;
  readonly text: string;
  /** Where answers go. */
  readonly reply: Addressee;
  /** The incident that it was sent to (id or code), where the way it came says so. */
  readonly incident?: string;
  /** The provider's id of our message that it answers. */
  readonly repliedTo?: string;
}

/** What became of a message. */
export interface Handled {
  /** `repeated`: it was handled before, and nothing was done now. `unheard`: its incident does not exist. */
  readonly outcome: "handled" | "repeated" | "unheard";
  /** The incident that it belongs to; null when that is not clear. */
  readonly incident: { readonly id: string; readonly code: string } | null;
  /** What was understood, by the intents' names. */
  readonly understood: readonly string[];
  /** What could be answered at once; more comes when what was asked for is done. */
  readonly replies: readonly string[];
  /** False when something of it was not done: not understood, refused, or asked back about. */
  readonly done: boolean;
}
