/** What each exit status of `oncall` means. */
export const EXIT = {
  /** Done, and all is well. */
  ok: 0,
  /** Done, and something is not well; or refused, or not found. */
  notWell: 1,
  /** Wrong flags, arguments or settings. */
  usage: 2,
  /** A part that is needed does not answer. */
  unreachable: 3,
} as const;

/** The lines about exit statuses at the end of `--help`. */
export const EXIT_HELP = `
Exit status:
  0  done, and all is well
  1  done, and something is not well; or refused, or not found
  2  wrong flags, arguments or settings
  3  a part that is needed does not answer`;

/** A command that cannot go on; `message` is one line that says what to do. */
export class CliError extends Error {
  override name = "CliError";

  constructor(readonly exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Null when a part that is asked for `value` does not answer, or refuses: what is left can still be told. */
export async function known<T>(value: Promise<T>): Promise<T | null> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof CliError) return null;
    throw error;
  }
}
