/** What this folder's tests share: a clock that is moved by hand, and inventories that live in memory. */
import FakeTimers from "@sinonjs/fake-timers";
import { VERSION } from "../../lib/configuration/mod.ts";
import type { Clock } from "../clock.ts";
import type { Exit, InstanceProcess, LaunchSpec } from "../instance_process.ts";
import type { Health } from "../probe.ts";

/** A clock that stops until `tick`. */
export function manualClock(): { clock: Clock; tick: (ms: number) => Promise<unknown> } {
  const fake = FakeTimers.createClock(Date.UTC(2026, 0, 1));
  return {
    clock: {
      now: () => fake.Date.now(),
      setTimeout: (callback, ms) => Number(fake.setTimeout(callback, ms)),
      clearTimeout: (id) => fake.clearTimeout(id),
    },
    tick: (ms) => fake.tickAsync(ms),
  };
}

/** An inventory in memory. */
export class FakeInventory implements InstanceProcess {
  readonly signals: string[] = [];
  readonly #exit = Promise.withResolvers<Exit>();
  readonly exited = this.#exit.promise;
  alive = true;
  frozen = false;
  /** Whether it ends at SIGTERM. */
  obedient = true;

  constructor(readonly pid: number, readonly spec: LaunchSpec, readonly version = VERSION) {}

  end(code: number, lastWords = ""): void {
    this.alive = false;
    this.#exit.resolve({ code, lastWords });
  }

  signal(name: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.signals.push(name);
    if (this.alive && (name === "SIGKILL" || this.obedient)) this.end(name === "SIGKILL" ? 137 : 0);
    return Promise.resolve();
  }
}

/** A machine on which inventories run. */
export class FakeMachine {
  readonly processes: FakeInventory[] = [];
  /** Ports of programs that are not ours. */
  readonly foreign = new Set<number>();
  /** Called with each process that was started. */
  onLaunch: (started: FakeInventory) => void = () => {};
  #nextPid = 100;

  readonly launch = (spec: LaunchSpec): FakeInventory => {
    const process = new FakeInventory(this.#nextPid++, spec);
    this.processes.push(process);
    this.onLaunch(process);
    return process;
  };

  readonly probe = (url: string): Promise<Health> => {
    const port = Number(new URL(url).port);
    const process = this.on(port);
    return Promise.resolve(
      this.foreign.has(port)
        ? { kind: "foreign", text: "another program" }
        : process === undefined
        ? { kind: "refused" }
        : process.frozen
        ? { kind: "silent" }
        : { kind: "alive", pid: process.pid, version: process.version },
    );
  };

  readonly signalPid = async (pid: number, name: "SIGTERM" | "SIGKILL" | "0"): Promise<boolean> => {
    const process = this.processes.find((one) => one.pid === pid && one.alive);
    if (process !== undefined && name !== "0") await process.signal(name);
    return process !== undefined;
  };

  readonly portIsFree = (port: number): boolean => !this.foreign.has(port) && this.on(port) === undefined;

  /** The process that listens on `port`. */
  on(port: number): FakeInventory | undefined {
    return this.processes.find((process) => process.alive && process.spec.port === port);
  }
}
