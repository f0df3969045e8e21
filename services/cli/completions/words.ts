/** A flag, for completion. */
export interface FlagWords {
  /** With their dashes. */
  readonly names: readonly string[];
  readonly help: string;
  readonly takesValue: boolean;
  /** Its values, where they are few. */
  readonly choices: readonly string[];
}

/** What can be said to the program. */
export interface CommandWords {
  /** Flags that every command understands. */
  readonly flags: readonly FlagWords[];
  readonly commands: readonly {
    readonly name: string;
    readonly help: string;
    readonly flags: readonly FlagWords[];
    /** Values of its first argument, where they are few. */
    readonly choices: readonly string[];
  }[];
}

/** `text` as one word of a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
