import type { StackFrame, Thrown } from "./types.ts";

/** Reads the traces of one language or runtime; lines are cut, and every pattern is linear. */
export interface Reader {
  /** What its traces are called in the docs. */
  readonly language: string;
  /** A line that texts of this form have; a text without one is not read. */
  readonly sign: RegExp;
  /** The exceptions, the one that was caught first; null when the text is of another form after all. */
  read(lines: readonly string[]): Thrown[] | null;
}

/** An exception while its lines are read. */
export interface Reading {
  type: string | null;
  message: string;
  frames: StackFrame[];
}

/** An exception without calls yet. */
export function reading(head: { readonly type: string | null; readonly message: string } | null): Reading {
  return { type: head?.type ?? null, message: head?.message ?? "", frames: [] };
}

/** What a reader found, when it found a call or the name of an exception. */
export function found(chain: readonly Reading[]): Thrown[] | null {
  const kept = chain.filter((one) => one.frames.length > 0 || one.type !== null || one.message !== "");
  return kept.some((one) => one.frames.length > 0 || one.type !== null) ? kept : null;
}
