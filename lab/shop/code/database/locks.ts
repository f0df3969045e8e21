interface Wait {
  readonly session: number;
  readonly done: PromiseWithResolvers<number | undefined>;
}

/** Row locks, each held by a session until its transaction ends. */
export class Locks {
  readonly #owner = new Map<string, number>();
  readonly #queue = new Map<string, Wait[]>();
  readonly #begun = new Set<number>();

  constructor(readonly deadlockTimeoutMs: number) {}

  get held(): number {
    return this.#owner.size;
  }

  begin(session: number): void {
    this.#begun.add(session);
  }

  inTransaction(session: number): boolean {
    return this.#begun.has(session);
  }

  holds(session: number): boolean {
    return this.#begun.has(session) || [...this.#owner.values()].includes(session);
  }

  /** Waits for a row; the session that it cannot wait for where both wait for each other. */
  async take(session: number, row: string): Promise<number | undefined> {
    const owner = this.#owner.get(row);
    if (owner === undefined || owner === session) {
      this.#owner.set(row, session);
      return undefined;
    }
    const done = Promise.withResolvers<number | undefined>();
    const queue = this.#queue.get(row) ?? [];
    queue.push({ session, done });
    this.#queue.set(row, queue);
    const timer = setInterval(() => {
      const blocking = this.#owner.get(row);
      if (blocking === undefined || !this.#waitsFor(blocking, session)) return;
      this.#queue.set(row, this.#queue.get(row)!.filter((wait) => wait.session !== session));
      done.resolve(blocking);
    }, this.deadlockTimeoutMs);
    try {
      return await done.promise;
    } finally {
      clearInterval(timer);
    }
  }

  /** Ends a session's transaction: its rows go to those that wait longest. */
  release(session: number): void {
    this.#begun.delete(session);
    for (const [row, owner] of [...this.#owner]) {
      if (owner !== session) continue;
      this.#owner.delete(row);
      const next = this.#queue.get(row)?.shift();
      if (next === undefined) continue;
      this.#owner.set(row, next.session);
      next.done.resolve(undefined);
    }
  }

  #waitsFor(session: number, target: number, seen = new Set<number>()): boolean {
    if (session === target) return true;
    if (seen.has(session)) return false;
    seen.add(session);
    for (const [row, queue] of this.#queue) {
      if (!queue.some((wait) => wait.session === session)) continue;
      const owner = this.#owner.get(row);
      if (owner !== undefined && this.#waitsFor(owner, target, seen)) return true;
    }
    return false;
  }
}
