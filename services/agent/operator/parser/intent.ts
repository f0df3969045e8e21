import type { Priority } from "../../incidents/mod.ts";

/** What an operator asks for. */
export type Intent =
  | {
    readonly do: "ticket";
    /** Name or e-mail address as it was written. */
    readonly assignee?: string;
    readonly priority?: Priority;
    /** `YYYY-MM-DD`. */
    readonly due?: string;
  }
  /** For a ticket that is there. */
  | { readonly do: "assign"; readonly assignee: string }
  | { readonly do: "comment"; readonly text: string }
  | { readonly do: "ack" }
  | { readonly do: "silence"; readonly ms: number }
  | { readonly do: "unsilence" }
  /** `service` as it was written, where it was. */
  | { readonly do: "scale"; readonly replicas: number; readonly service?: string }
  | { readonly do: "resolve" }
  | { readonly do: "status" }
  | { readonly do: "why" }
  | { readonly do: "logs" }
  | { readonly do: "similar" }
  | { readonly do: "help" }
  /** Who has acknowledged it, and whose its ticket is. */
  | { readonly do: "who" }
  /** Another look at the incident as it is now. */
  | { readonly do: "investigate" }
  /** The answer to a question of ours: yes, with the code that we gave. */
  | { readonly do: "confirm"; readonly code: string }
  | { readonly do: "cancel" }
  /** The answer to a question of ours: one of its numbered choices, from 1. */
  | { readonly do: "choose"; readonly number: number };

/** A message as the parser understood it. */
export interface Parsed {
  /** Codes of incidents that it may name, in capitals. */
  readonly codes: readonly string[];
  /** What it asks for, in its order; empty when it was not understood as a whole, and then nothing may be done. */
  readonly intents: readonly Intent[];
  /** What is missing before it can be done, as a question to the operator. */
  readonly ask?: string;
}
