/**
 * A timeout that costs nothing to set: it starts at the next sweep of its owner, which checks all deadlines a few times a
 * second. So it fires up to one sweep late, and no request needs a timer or reads the clock.
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

  /** Restarts it. */
  set(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    this.#endsAt = 0;
  }

  clear(): void {
    this.#timeoutMs = 0;
  }

  /** Something arrived: restarts it if it runs. */
  touch(): void {
    this.#endsAt = 0;
  }

  /** One sweep at `now`, in milliseconds; returns true once, when the time is over. */
  expired(now: number): boolean {
    if (this.#timeoutMs === 0) return false;
    if (this.#endsAt === 0) this.#endsAt = now + this.#timeoutMs;
    if (now < this.#endsAt) return false;
    this.#timeoutMs = 0;
    return true;
  }
}

/** Timeouts that end something, checked by the sweeps of their owner. */
export class DeadlineGroup {
  readonly #running = new Set<{ readonly deadline: Deadline; readonly over: () => void }>();

  /** Calls `over` after `timeoutMs`, unless the returned function is called first. */
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
