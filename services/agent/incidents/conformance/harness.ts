import type { Store } from "../store.ts";

/** A store under test, empty, with clocks that the suite moves. */
export interface StoreHarness {
  readonly store: Store;
  readonly now: () => Date;
  /** Moves both clocks forward. */
  advance(ms: number): void;
  /** Sets the wall clock alone, as an operator or NTP does. */
  setWall(byMs: number): void;
  /** As after a crash: the same rows, seen by a new agent; the old store is of no use any more. */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

/** What a store must do, in words, with what tries it. */
export type Cases = Readonly<Record<string, (harness: StoreHarness) => Promise<void>>>;
