/** Requests that wait for a backend to have room, first come first served; bounded in number and time. */
export class Queue {
  readonly #limit: number;
  readonly #waiting: Set<(admitted: boolean) => void> = new Set();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#waiting.size;
  }

  get full(): boolean {
    return this.#waiting.size >= this.#limit;
  }

  /** Waits for room: true when there may be some, false when the queue is full or `timeoutMs` passed. */
  wait(timeoutMs: number): Promise<boolean> {
    if (this.#waiting.size >= this.#limit) return Promise.resolve(false);
    return new Promise((resolve) => {
      const leave = (admitted: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(leave);
        resolve(admitted);
      };
      const timer = setTimeout(() => leave(false), timeoutMs);
      this.#waiting.add(leave);
    });
  }

  /** A slot is free: lets the first request try. */
  next(): void {
    for (const leave of this.#waiting) return leave(true);
  }
}
