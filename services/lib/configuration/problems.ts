import { explainDenied } from "./denied.ts";

/** A mistake in flags, environment or a configuration file; `message` is one line that says what to do. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";

  /** What is wrong, one line each. */
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[], options?: ErrorOptions) {
    const each = typeof problems === "string" ? [problems] : problems;
    super(each.join("; "), options);
    this.problems = each;
  }
}

/**
 * Runs `body`; a {@linkcode ConfigurationError}, or a refusal by the executable's permissions, becomes one line on stderr
 * and exit status 2.
 */
export async function exitOnConfigurationError<T>(name: string, body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    const message = error instanceof ConfigurationError ? error.message : explainDenied(error);
    if (message === undefined) throw error;
    console.error(`${name}: ${message.replaceAll(/(?<!\s)\s*\n\s*/g, " ")}`);
    Deno.exit(2);
  }
}
