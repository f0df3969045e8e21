/** A file as it was read. */
export interface CodeFile {
  readonly path: string;
  readonly text: string;
  /** Commit, branch or `working copy`. */
  readonly ref: string;
}

/** A commit that touched a file. */
export interface Commit {
  readonly sha: string;
  readonly at: string;
  readonly author: string;
  /** First line of its message. */
  readonly title: string;
}

/** The commits that touched a file. */
export interface History {
  /** Newest first. */
  readonly commits: readonly Commit[];
  /** What of it is not known, in words for a person. */
  readonly note: string | null;
}

/** Most commits of a file reported. */
export const MOST_COMMITS = 5;

/** A place where a service's code is. */
export interface CodeSource {
  /** For a person, e.g. `GitHub owner/repo`. */
  readonly name: string;
  read(path: string, signal: AbortSignal): Promise<CodeFile>;
  /**
   * Paths of all files, without what is hidden, installed or built.
   *
   * @throws {ToolError} when there are too many.
   */
  files(signal: AbortSignal): Promise<readonly string[]>;
  /** At most {@linkcode MOST_COMMITS}. */
  commits(path: string, signal: AbortSignal): Promise<History>;
}

/** Largest file that is read, in bytes. */
export const MAX_FILE = 512 * 1024;
