/** The version of npm `autocannon` that is measured against. */
export const AUTOCANNON = "autocannon@9.0.0";

/** Of its answer, what is compared. */
export interface Autocannon {
  /** Per second. */
  readonly requests: { readonly average: number };
  /** Milliseconds. */
  readonly latency: { readonly p99: number };
}

/** Runs it with `flags`, closed loop unless they say otherwise; undefined when it is not there. */
export async function autocannon(flags: readonly string[]): Promise<Autocannon | undefined> {
  try {
    const { stdout, success } = await new Deno.Command("npx", {
      args: ["-y", AUTOCANNON, "--json", "-n", ...flags],
      stderr: "null",
    }).output();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
