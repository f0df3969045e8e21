/** A call of a stack trace, as the trace names it. */
export interface StackFrame {
  readonly function: string | null;
  /** As printed; of the JVM's languages the package's folders and the file's name. Null where the trace tells none. */
  readonly file: string | null;
  readonly line: number | null;
  /** Where the language has one. */
  readonly column?: number;
  /** A call of the runtime, the standard library or somebody else's package. */
  readonly library: boolean;
}

/** One exception of a chain, its innermost call first. */
export interface Thrown {
  /** Its class or kind, e.g. `java.lang.NullPointerException`; null where the language prints none. */
  readonly type: string | null;
  readonly message: string;
  readonly frames: readonly StackFrame[];
}

/** A stack trace that was found in the text of a log entry. */
export interface Stack {
  /** Language or runtime by whose form it was read. */
  readonly language: string;
  /** The exception that was caught first, then what caused it. */
  readonly chain: readonly Thrown[];
  /** The root cause: the last of the chain, but for tries that the program gave up. */
  readonly root: Thrown;
  /** Type and message of the root cause on one line, e.g. `KeyError: 'percent'`; null where the trace tells neither. */
  readonly headline: string | null;
  /** The root cause's calls, the innermost first. */
  readonly frames: readonly StackFrame[];
  /** The innermost call that is not a library's and has a file; else the innermost that has one. */
  readonly place: StackFrame | null;
}

/** A call of a stack trace; `file` is the path in the repository when `in_repository`, else as printed. */
export interface Frame {
  readonly function: string | null;
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly in_repository: boolean;
  /** As printed, where no rule matched and the path was derived from the repository's files. */
  readonly printed?: string;
}

/** How a frame's file maps to the repository's: the first pattern that matches. */
export interface FrameRule {
  readonly pattern: string;
  readonly path: string;
}
