import { inflateSync } from "node:zlib";
import { GitError } from "./limits.ts";

/** A commit, tree or blob as it is stored. */
export interface GitObject {
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * The content of a zlib stream that ends somewhere in `stored`.
 *
 * @throws {GitError} when it is damaged or larger than `limit` bytes.
 */
export function inflated(stored: Uint8Array, limit: number): Uint8Array {
  try {
    return inflateSync(stored, { maxOutputLength: Math.max(1, limit) });
  } catch (cause) {
    throw new GitError("an object of the history is damaged or too large", { cause });
  }
}
