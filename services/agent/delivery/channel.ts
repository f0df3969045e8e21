import type { IncidentView, OutboxEntry, OutboxKind, Transaction } from "../incidents/mod.ts";

/** A row that is about to leave, in words. */
export interface Letter {
  readonly row: OutboxEntry;
  /** Undefined for news that belongs to no incident. */
  readonly view: IncidentView | undefined;
  readonly text: string;
}

/** What the other side answered, kept in the row; parts that left stay there when a later one fails. */
export type Receipt = Readonly<Record<string, unknown>>;

/** Writes that belong to an outcome and are committed with it. */
export type Effects = (tx: Transaction) => Promise<void>;

/** How an attempt ended. */
export type SendResult =
  /** The other side has it. */
  | { readonly outcome: "sent"; readonly receipt: Receipt; readonly effects?: Effects }
  /**
   * Worth another attempt, not before `afterMs` if that is given. With `maybeSent` the other side may have it already,
   * and is asked before the next attempt.
   */
  | {
    readonly outcome: "retryable";
    readonly reason: string;
    readonly afterMs?: number;
    readonly maybeSent?: boolean;
    readonly effects?: Effects;
  }
  /** Another attempt would fail in the same way. */
  | { readonly outcome: "permanent"; readonly reason: string; readonly effects?: Effects }
  /** Not done on purpose, e.g. because the operator has to say which of two people is meant. */
  | { readonly outcome: "declined"; readonly reason: string; readonly effects?: Effects };

/** What the other side knows of a letter that may have been sent. */
export type FindResult =
  | { readonly found: "all"; readonly receipt: Receipt; readonly effects?: Effects }
  /** Nothing of it, or only the parts named by `receipt`: the rest is to be sent. */
  | { readonly found: "none" | "some"; readonly receipt?: Receipt }
  /** It could not be asked. */
  | { readonly found: "unknown"; readonly reason: string; readonly afterMs?: number };

/** A destination of what leaves the agent. */
export interface Channel {
  readonly name: string;
  /** Whether news on incidents goes out on it by itself; else only what is addressed to it. */
  readonly news: boolean;
  /** People read what it says, which is then part of the incident's conversation; systems do what they are asked. */
  readonly readBy: "people" | "systems";
  /** What it says is in the agent's own record anyway, so the conversation does not repeat it. */
  readonly isRecord?: boolean;
  /** It notifies people: its messages are limited during an alert storm. */
  readonly rationed?: boolean;
  /** The kinds of rows that it can do something with; default: all. */
  readonly takes?: readonly OutboxKind[];
  /** Puts a row into words; undefined when it has become obsolete, which cancels the row. */
  render(row: OutboxEntry, view: IncidentView | undefined): string | undefined;
  /** Sends it; `keep` stores a receipt of what has left so far. Rejects only on a defect. */
  send(letter: Letter, keep: (receipt: Receipt) => Promise<void>): Promise<SendResult>;
  /**
   * Asks the other side whether it has an uncertain letter. A channel without it can't ask, and an uncertain letter is
   * sent again.
   */
  find?(letter: Letter): Promise<FindResult>;
  /** How long the other side may take until it shows what it has taken, in milliseconds; it is asked after that. */
  readonly settleMs?: number;
}
