/**
 * A time-out that costs nothing to set: it begins at the next sweep of its owner, which looks at all watches a few times
 * a second. So it ends up to one sweep late, and no request needs a timer or a look at the clock.
 */
export class Deadline {
  #timeoutMs = 0;
  #endsAt = 0;

  /** Whether it runs. */
  get on(): boolean {
    return this.#timeoutMs > 0;
  }

  /** When it ends, in the sweeps' milliseconds; Infinity before its first sweep. */
  get endsAt(): number {
    return this.#endsAt === 0 ? Infinity : this.#endsAt;
  }

  /** Begins anew. */
  set(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    this.#endsAt = 0;
  }

  clear(): void {
    this.#timeoutMs = 0;
  }

  /** There was a sign of life: begins anew if it runs. */
  touch(): void {
    this.#endsAt = 0;
  }

  /** One sweep at `now`, in milliseconds; tells whether the time is over, once. */
  expired(now: number): boolean {
    if (this.#timeoutMs === 0) return false;
    if (this.#endsAt === 0) this.#endsAt = now + this.#timeoutMs;
    if (now < this.#endsAt) return false;
    this.#timeoutMs = 0;
    return true;
  }
}

/** Time-outs that end something, looked at by the sweeps of their owner. */
export class DeadlineGroup {
  readonly #running = new Set<{ readonly deadline: Deadline; readonly over: () => void }>();

  /** Calls `over` after `timeoutMs`, unless what this gives back was called before. */
  begin(timeoutMs: number, over: () => void): () => void {
    const entry = { deadline: new Deadline(), over };
    entry.deadline.set(timeoutMs);
    this.#running.add(entry);
    return () => this.#running.delete(entry);
  }

  /** One sweep at `now`, in milliseconds. */
  sweep(now: number): void {
    for (const { deadline, over } of this.#running) if (deadline.expired(now)) over();
  }
}
