/** Exit statuses of `oncall`. */
export const EXIT = {
  /** Done, and everything is OK. */
  ok: 0,
  /** Done, and something is not OK; or refused, or not found. */
  notWell: 1,
  /** Wrong flags, arguments or settings. */
  usage: 2,
  /** A required part does not answer. */
  unreachable: 3,
} as const;

/** The lines about exit statuses at the end of `--help`. */
export const EXIT_HELP = `
Exit status:
  0  done, everything is OK
  1  done, but something is not OK; or refused, or not found
  2  wrong flags, arguments or settings
  3  a required part does not answer`;

/** Ends a command; `message` is one line that says what to do. */
export class CliError extends Error {
  override name = "CliError";

  constructor(readonly exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** Null when the part that gives `value` does not answer, or refuses, so that the rest can still be shown. */
export async function known<T>(value: Promise<T>): Promise<T | null> {
  try {
    return await value;
  } catch (error) {
    if (error instanceof CliError) return null;
    throw error;
  }
}
