import { sleep } from "../lib/waiting/mod.ts";
import * as v from "valibot";
import { Ballast } from "./ballast.ts";

/** Ways in which an instance can be made to misbehave. */
export const FAULT_MODES = ["none", "latency", "errors", "cpu", "oom_safe", "crash"] as const;
export type FaultMode = typeof FAULT_MODES[number];

/** Exit status of a process ended by SIGKILL, as a shell reports it. */
const KILLED = 137;

const milliseconds = (expected: string) =>
  v.pipe(v.number(expected), v.minValue(0, expected), v.maxValue(600_000, expected));

/** Body of `POST /faults`. */
export const faultSchema = v.strictObject({
  mode: v.picklist(FAULT_MODES, `expected one of ${FAULT_MODES.join(", ")}`),
  latency_ms: v.optional(milliseconds("expected milliseconds from 0 to 600000"), 500),
  cpu_ms: v.optional(milliseconds("expected milliseconds from 0 to 600000"), 300),
  p_error: v.optional(
    v.pipe(
      v.number("expected a share from 0 to 1"),
      v.minValue(0, "expected a share from 0 to 1"),
      v.maxValue(1, "expected a share from 0 to 1"),
    ),
    0.4,
  ),
});
export type Fault = v.InferOutput<typeof faultSchema>;

/** What a fault acts through; tests pass their own. */
export interface FaultDeps {
  readonly random: () => number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly exit: (status: number) => never;
  readonly ballast: Pick<Ballast, "grow" | "release">;
}

const realDeps = (): FaultDeps => ({
  random: Math.random,
  now: () => performance.now(),
  sleep,
  exit: Deno.exit,
  ballast: new Ballast(),
});

/** A request that a failing instance could not serve; logged without a stack, like the failure that it simulates. */
export class ServiceFailure extends Error {
  constructor(override readonly name: string, message: string) {
    super(message);
    delete this.stack;
  }
}

/** The fault in force on this instance. */
export class Faults {
  #fault: Fault;
  readonly #deps: FaultDeps;
  /** Whether requests must pass through {@linkcode Faults.act}; read on every request, so a plain field. */
  active: boolean;

  constructor(mode: FaultMode = "none", deps: Partial<FaultDeps> = {}) {
    this.#fault = v.parse(faultSchema, { mode });
    this.#deps = { ...realDeps(), ...deps };
    this.active = mode !== "none";
  }

  /** Replaces the fault; what the last one held is given back. */
  set(fault: Fault): void {
    if (fault.mode !== "oom_safe") this.#deps.ballast.release();
    this.#fault = fault;
    this.active = fault.mode !== "none";
  }

  /** The fault in force with the parameters that matter to it, as the API answers it. */
  current(): { mode: FaultMode; latency_ms?: number; p_error?: number; cpu_ms?: number } {
    const { mode, latency_ms, p_error, cpu_ms } = this.#fault;
    if (mode === "latency") return { mode, latency_ms };
    if (mode === "errors") return { mode, p_error };
    if (mode === "cpu") return { mode, cpu_ms };
    return { mode };
  }

  /**
   * Applies the fault to one business request.
   *
   * @throws {ServiceFailure} when the fault makes this request fail.
   */
  async act(): Promise<void> {
    const { random, sleep, exit, ballast } = this.#deps;
    const fault = this.#fault;
    switch (fault.mode) {
      case "latency":
        return await sleep(fault.latency_ms * (0.5 + random()));
      case "errors":
        if (random() >= fault.p_error) return;
        throw new ServiceFailure("StoreError", "the item store did not complete the operation: disk I/O error");
      case "cpu":
        return this.#burn(fault.cpu_ms);
      case "oom_safe":
        ballast.grow();
        throw new ServiceFailure("RangeError", "Array buffer allocation failed");
      case "crash":
        // What the kernel kills when memory runs out has no time to write a word.
        return exit(KILLED);
    }
  }

  /** Occupies the processor, as a computation that grew out of hand does: nothing else runs meanwhile. */
  #burn(milliseconds: number): void {
    const { now } = this.#deps;
    const end = now() + milliseconds;
    let sum = 0;
    while (now() < end) for (let i = 1; i <= 2_000; i++) sum += Math.sqrt(i);
    if (Number.isNaN(sum)) throw new RangeError("unreachable");
  }
}
