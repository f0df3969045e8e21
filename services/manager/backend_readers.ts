import type { Clock } from "./clock.ts";

/** Readers that poll less often than this, in milliseconds, are not awaited. */
const LONGEST_INTERVAL_MS = 15_000;
/** Time that a reader needs to act on the list, in milliseconds. */
const GRACE_MS = 100;

interface Reader {
  lastMs: number;
  intervalMs: number | undefined;
}

/**
 * Who reads `GET /backends`, and how often. An instance that is to stop is taken off that list first; once every regular
 * reader (a balancer) has read it again, nobody sends it new requests and it can be ended without failing one.
 */
export class BackendReaders {
  readonly #clock: Clock;
  readonly #readers = new Map<string, Reader>();
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes that `name` read the list. */
  note(name: string): void {
    const now = this.#clock.now();
    for (const [other, { lastMs }] of this.#readers) {
      if (now - lastMs > 4 * LONGEST_INTERVAL_MS) this.#readers.delete(other);
    }
    const last = this.#readers.get(name)?.lastMs;
    this.#readers.set(name, { lastMs: now, intervalMs: last === undefined ? undefined : now - last });
    for (const wake of [...this.#waiting]) wake();
  }

  /** Resolves when each regular reader has read the list after this call, or is overdue and therefore gone. */
  async settled(): Promise<void> {
    const clock = this.#clock;
    const calledMs = clock.now();
    const due = new Map<string, number>();
    for (const [name, { lastMs, intervalMs }] of this.#readers) {
      if (intervalMs === undefined || intervalMs > LONGEST_INTERVAL_MS) continue;
      const overdueMs = lastMs + 1.5 * intervalMs + 2 * GRACE_MS;
      if (overdueMs > calledMs) due.set(name, overdueMs);
    }
    if (due.size === 0) return;
    const before = new Map([...due.keys()].map((name) => [name, this.#readers.get(name)]));
    for (;;) {
      for (const [name, overdueMs] of due) {
        if (this.#readers.get(name) !== before.get(name) || clock.now() >= overdueMs) due.delete(name);
      }
      const pauseMs = due.size === 0 ? GRACE_MS : Math.max(...due.values()) - clock.now();
      await this.#woken(pauseMs, due.size > 0);
      if (due.size === 0) return;
    }
  }

  #woken(ms: number, byReaders: boolean): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#clock.clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = this.#clock.setTimeout(wake, ms);
      if (byReaders) this.#waiting.add(wake);
    });
  }
}
