import * as v from "valibot";
import type { OutboxRow } from "../types.ts";
import { type Asked, asked, common } from "./common.ts";
import { ORDERS } from "./ordered.ts";
import { ANSWERS, NEWS } from "./told.ts";

const KINDS = {
  ...NEWS,
  ...ANSWERS,
  ...ORDERS,
  /** Of a kind that this version does not know (`named`): another version wrote it, and its text can be said. */
  other: v.object({ ...common, named: v.string() }),
};

export type NewsKind = keyof typeof NEWS;
export type AnswerKind = keyof typeof ANSWERS;
export type OrderKind = keyof typeof ORDERS;
/** The channel on which each kind of order goes out. */
export type OrderChannels = ReadonlyMap<OrderKind, string>;
/** What people are told without having asked. */
export const NEWS_KINDS = Object.keys(NEWS) as NewsKind[];
/** What people are told because they asked. */
export const ANSWER_KINDS = Object.keys(ANSWERS) as AnswerKind[];
/** Everything that a row can be. */
export type OutboxKind = keyof typeof KINDS;

/** What a row of kind `K` carries. */
export type Payload<K extends OutboxKind> = Readonly<v.InferOutput<(typeof KINDS)[K]>>;

/** A kind with what belongs to it, without who asked. */
export type Content<K extends OutboxKind> = {
  [Each in K]: { readonly kind: Each; readonly payload: WithoutAsked<Payload<Each>> };
}[K];
type WithoutAsked<P> = P extends unknown ? Omit<P, keyof Asked | "to"> : never;

type Entries = {
  [K in OutboxKind]: Omit<OutboxRow, "kind" | "payload"> & { readonly kind: K; readonly payload: Payload<K> };
};
/** An outbox row of some kinds, read and checked. */
export type EntryOf<K extends OutboxKind> = Entries[K];
/** An outbox row, read and checked: what channels get. */
export type OutboxEntry = EntryOf<OutboxKind>;

/** A row as read, or what is wrong with it and who requested it. */
export type Decoded =
  | { readonly ok: true; readonly entry: OutboxEntry }
  | { readonly ok: false; readonly problem: string; readonly asked: Asked };

/** Reads a stored row; what the payload holds beyond its kind is left out. */
export function decode(row: OutboxRow): Decoded {
  const known = isKnown(row.kind) && row.kind !== "other";
  const kind = known ? row.kind : "other";
  const parsed = v.safeParse(KINDS[kind], known ? row.payload : { ...row.payload, named: row.kind });
  if (parsed.success) {
    // The schema is the kind's.
    return { ok: true, entry: { ...row, kind, payload: parsed.output } as OutboxEntry };
  }
  const [issue] = parsed.issues;
  const at = v.getDotPath(issue);
  const problem = `its payload cannot be read as ${row.kind}${at === null ? "" : `, at ${at}`}: ${issue.message}`;
  const who = v.safeParse(asked, row.payload);
  return { ok: false, problem, asked: who.success ? who.output : {} };
}

/** The kind as it was stored. */
export function storedKind(entry: OutboxEntry): string {
  return entry.kind === "other" ? entry.payload.named : entry.kind;
}

function isKnown(kind: string): kind is OutboxKind {
  return Object.hasOwn(KINDS, kind);
}
