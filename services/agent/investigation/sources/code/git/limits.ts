/** Why a repository's history cannot be told, in words for a person. */
export class GitError extends Error {
  override name = "GitError";
}

/** Largest object that is unpacked, in bytes: a folder of some ten thousand files. */
export const MAX_OBJECT = 4 * 1024 * 1024;
/** How many packs are looked through; git itself packs them together at 50. */
export const MAX_PACKS = 200;
/** How many deltas one object may be made of; git's own default is 50. */
export const MAX_DELTAS = 1_000;
/** How many commits are looked at for one file. */
export const MAX_COMMITS = 5_000;
/** How many milliseconds one file's history may take. */
export const MAX_MS = 3_000;
