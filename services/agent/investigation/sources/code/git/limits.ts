/** Why a repository's history cannot be read, for a person. */
export class GitError extends Error {
  override name = "GitError";
}

/** Largest object that is unpacked, in bytes: a folder of some ten thousand files. */
export const MAX_OBJECT = 4 * 1024 * 1024;
/** Most packs searched; git itself repacks at 50. */
export const MAX_PACKS = 200;
/** How many deltas one object may be made of; git's own default is 50. */
export const MAX_DELTAS = 1_000;
/** Most commits read for one file. */
export const MAX_COMMITS = 5_000;
/** How many milliseconds one file's history may take. */
export const MAX_MS = 3_000;
