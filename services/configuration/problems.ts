/** What is wrong with flags, environment or a configuration file; `message` is one line that says what to do. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";

  constructor(problems: string | readonly string[], options?: ErrorOptions) {
    super(typeof problems === "string" ? problems : problems.join("; "), options);
  }
}

/** Runs `body`; a {@linkcode ConfigurationError} becomes one line on stderr and exit status 2. */
export async function exitOnConfigurationError<T>(name: string, body: () => T | Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(`${name}: ${error.message.replaceAll(/\s*\n\s*/g, " ")}`);
    Deno.exit(2);
  }
}
