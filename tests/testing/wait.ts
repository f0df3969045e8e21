/** How long and how often to look. */
export interface UntilOptions {
  /** Milliseconds after which the wait fails; generous, since machines can be slow. */
  readonly timeoutMs?: number;
  /** Milliseconds between two looks. */
  readonly everyMs?: number;
}

/**
 * Looks again and again until `look` gives something truthy, and returns it. What `look` throws counts as "not yet".
 *
 * @throws when the time is over; the message has `what` and the last thing seen.
 */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  options: UntilOptions = {},
): Promise<Exclude<NonNullable<T>, false>> {
  const { timeoutMs = 60_000, everyMs = 50 } = options;
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  while (true) {
    try {
      const seen = await look();
      if (seen) return seen as Exclude<NonNullable<T>, false>;
      last = seen;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      const seen = last instanceof Error ? last.message : Deno.inspect(last);
      throw new Error(`not within ${timeoutMs / 1000} s: ${what} (last seen: ${seen})`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
