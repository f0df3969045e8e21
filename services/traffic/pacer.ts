/** Calls back at a moment, as exactly as it can. */
export interface Pacer {
  /** Settles once it can keep time; until then it may be late. */
  readonly ready: Promise<void>;
  /** Calls `wake` once `performance.now()` has reached `atMs`; a later call replaces an earlier one. */
  at(atMs: number, wake: () => void): void;
  close(): void;
}

/** A moment this close is not worth another sleep, in milliseconds: a futex wakes about 0.05 ms late. */
const NEAR_MS = 0.03;

/**
 * A pacer whose sleeping is done by a thread of its own. A runtime's timer wakes 1 to 2 ms late, which would show in
 * every latency; a blocking wait in a worker, told to the main thread by message, is 0.1 ms late, and costs no spinning.
 */
export function createPacer(): Pacer {
  // A compiled program can load a worker from a data: address, but not from a blob: one.
  const source = `data:text/javascript,${encodeURIComponent(`(${sleeper})(${NEAR_MS})`)}`;
  const worker = new Worker(source, { type: "module" });
  // [the moment's number, which wraps; 1 once closed]
  const round = new Int32Array(new SharedArrayBuffer(8));
  const due = new Float64Array(new SharedArrayBuffer(8));
  let current: (() => void) | undefined;
  const ready = Promise.withResolvers<void>();
  worker.onmessage = ({ data }) => {
    if (data === "ready") return ready.resolve();
    if (data !== Atomics.load(round, 0)) return;
    const wake = current;
    current = undefined;
    wake?.();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    ready.reject(new Error(`Cannot keep time: ${event.message}`));
  };
  worker.postMessage({ round, due });
  return {
    ready: ready.promise,
    at(atMs, wake) {
      current = wake;
      due[0] = performance.timeOrigin + atMs;
      Atomics.add(round, 0, 1);
      Atomics.notify(round, 0);
    },
    close() {
      current = undefined;
      Atomics.store(round, 1, 1);
      Atomics.add(round, 0, 1);
      Atomics.notify(round, 0);
      worker.terminate();
    },
  };
}

/** The worker's whole program: it is sent as text, so it may use nothing from outside itself. */
function sleeper(nearMs: number): void {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<{ round: Int32Array<SharedArrayBuffer>; due: Float64Array }>) => void;
    postMessage(message: number | "ready"): void;
  };
  scope.onmessage = ({ data: { round, due } }) => {
    scope.postMessage("ready");
    let seen = 0;
    for (;;) {
      Atomics.wait(round, 0, seen);
      seen = Atomics.load(round, 0);
      while (Atomics.load(round, 1) === 0) {
        const left = due[0]! - performance.timeOrigin - performance.now();
        if (left <= nearMs) {
          scope.postMessage(seen);
          break;
        }
        // A new moment ends the wait, for it may be an earlier one.
        Atomics.wait(round, 0, seen, left - nearMs);
        seen = Atomics.load(round, 0);
      }
      if (Atomics.load(round, 1) !== 0) return;
    }
  };
}
