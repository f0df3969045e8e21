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

/** Indexes in the shared array: how many moments were requested, which one has come, whether the run is over. */
const ASKED = 0, COME = 1, OVER = 2;

/**
 * A pacer that sleeps in a separate thread. A runtime's timer wakes 1 to 2 ms late, which would show in
 * every latency; a blocking wait in a worker is 0.1 ms late, and costs no spinning. The main thread hears of it through
 * `Atomics.waitAsync`: a message would cost about twice the CPU time of all the rest.
 */
export function createPacer(): Pacer {
  // A compiled program can load a worker from a data: address, but not from a blob: one.
  const source = `data:text/javascript,${encodeURIComponent(`(${sleeper})(${NEAR_MS}, ${ASKED}, ${COME}, ${OVER})`)}`;
  const worker = new Worker(source, { type: "module" });
  const state = new Int32Array(new SharedArrayBuffer(12));
  const due = new Float64Array(new SharedArrayBuffer(8));
  let current: (() => void) | undefined;
  const ready = Promise.withResolvers<void>();
  worker.onmessage = () => ready.resolve();
  worker.onerror = (event) => {
    event.preventDefault();
    ready.reject(new Error(`Cannot keep time: ${event.message}`));
  };
  worker.postMessage({ state, due });
  const listen = async () => {
    while (Atomics.load(state, OVER) === 0) {
      const come = Atomics.load(state, COME);
      // A moment that was requested before another one replaced it is ignored.
      if (current !== undefined && come === Atomics.load(state, ASKED)) {
        const wake = current;
        current = undefined;
        wake();
      }
      const { async, value } = Atomics.waitAsync(state, COME, come);
      if (async) await value;
    }
  };
  listen();
  return {
    ready: ready.promise,
    at(atMs, wake) {
      current = wake;
      due[0] = performance.timeOrigin + atMs;
      Atomics.add(state, ASKED, 1);
      Atomics.notify(state, ASKED);
    },
    close() {
      current = undefined;
      Atomics.store(state, OVER, 1);
      Atomics.add(state, ASKED, 1);
      Atomics.notify(state, ASKED);
      Atomics.notify(state, COME);
      worker.terminate();
    },
  };
}

/** The worker's whole program: it is sent as text, so it may use nothing from outside itself. */
function sleeper(nearMs: number, ASKED: number, COME: number, OVER: number): void {
  const scope = globalThis as unknown as {
    onmessage: (event: MessageEvent<{ state: Int32Array<SharedArrayBuffer>; due: Float64Array }>) => void;
    postMessage(message: "ready"): void;
  };
  scope.onmessage = ({ data: { state, due } }) => {
    scope.postMessage("ready");
    const { timeOrigin } = performance;
    let seen = 0;
    for (;;) {
      Atomics.wait(state, ASKED, seen);
      seen = Atomics.load(state, ASKED);
      while (Atomics.load(state, OVER) === 0) {
        const left = due[0]! - timeOrigin - performance.now();
        if (left <= nearMs) {
          Atomics.store(state, COME, seen);
          Atomics.notify(state, COME);
          break;
        }
        // A new moment ends the wait, for it may be an earlier one.
        Atomics.wait(state, ASKED, seen, left - nearMs);
        seen = Atomics.load(state, ASKED);
      }
      if (Atomics.load(state, OVER) !== 0) return;
    }
  };
}
