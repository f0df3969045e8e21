/** Work of a pool; what must run alone waits until nothing else does, and nothing begins while it does. */
export interface Job<T> {
  readonly alone: boolean;
  run(): Promise<T>;
}

/** Runs jobs, `width` at once, the ones that must be alone at the end; results in the order in which they end. */
export async function* inPool<T>(jobs: readonly Job<T>[], width: number): AsyncGenerator<T> {
  const queues: [readonly Job<T>[], number][] = [
    [jobs.filter((job) => !job.alone), width],
    [jobs.filter((job) => job.alone), 1],
  ];
  for (const [queue, places] of queues) {
    const waiting = [...queue];
    const running = new Set<Promise<{ value: T; self: () => unknown }>>();
    while (waiting.length > 0 || running.size > 0) {
      while (waiting.length > 0 && running.size < places) {
        const job = waiting.shift()!;
        const one: Promise<{ value: T; self: () => unknown }> = job.run().then((value) => ({ value, self: () => one }));
        running.add(one);
      }
      const { value, self } = await Promise.race(running);
      running.delete(self() as never);
      yield value;
    }
  }
}
