import type { Logger } from "../lib/telemetry/mod.ts";
import { VERSION } from "../lib/configuration/mod.ts";
import { type Clock, pause, timestamp } from "./clock.ts";
import type { EventKind } from "./event_history.ts";
import type { Exit, InstanceProcess, Launch } from "./instance_process.ts";
import type { InstanceStatus, InstanceView } from "./instance_view.ts";
import type { Health, Probe } from "./probe.ts";
import type { RestartPolicy } from "./restart_policy.ts";
import type { InstanceRecord } from "./state_file.ts";

/** Time limits of an instance, in milliseconds. */
export interface InstanceLimits {
  /** From its start until it has to be healthy. */
  readonly startMs: number;
  /** From SIGTERM until SIGKILL. */
  readonly stopMs: number;
  /** The same, for one that does not answer and so has nothing to finish. */
  readonly stopUnresponsiveMs: number;
  /** From SIGKILL until it is given up. */
  readonly killMs: number;
}

/** What an instance is given. */
export interface InstanceDeps {
  readonly launch: Launch;
  readonly probe: Probe;
  readonly clock: Clock;
  readonly policy: RestartPolicy;
  readonly limits: InstanceLimits;
  readonly log: Logger;
  /** Called after every change of what {@linkcode Instance.view} shows, with what happened where that is worth keeping. */
  readonly changed: (event?: { readonly kind: EventKind; readonly text: string }) => void;
}

/** Failed checks in a row after which an instance no longer gets traffic. */
const FAILURES_UNTIL_UNHEALTHY = 2;

type Phase = "starting" | "running" | "draining" | "waiting";

/** One inventory: its process, its restarts, its health. */
export class Instance {
  readonly port: number;
  readonly service: string;
  readonly url: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #deps: InstanceDeps;
  readonly #stopAsked = Promise.withResolvers<void>();
  #stopping = false;
  #stopped = false;
  #phase: Phase = "starting";
  #process: InstanceProcess | undefined;
  #startedAt: string | null = null;
  #lastExit: Exit | undefined;
  #restarts = 0;
  #failures = 0;
  #version: string | null = null;
  #life: Promise<void> = Promise.resolve();
  #checking = false;

  constructor(
    spec: { readonly port: number; readonly service: string; readonly env: Readonly<Record<string, string>> },
    deps: InstanceDeps,
  ) {
    this.port = spec.port;
    this.service = spec.service;
    this.url = `http://127.0.0.1:${spec.port}`;
    this.#env = spec.env;
    this.#deps = deps;
  }

  get status(): InstanceStatus {
    if (this.#phase !== "waiting") return this.#phase;
    return this.#deps.policy.crashLooping ? "crash_looping" : `exited(${this.#lastExit?.code ?? "unknown"})`;
  }

  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  get restarts(): number {
    return this.#restarts;
  }

  /** Whether it answers; one that has just started or missed a single check still counts. */
  get healthy(): boolean {
    return this.#phase === "running" && this.#failures < FAILURES_UNTIL_UNHEALTHY;
  }

  get view(): InstanceView {
    return {
      port: this.port,
      pid: this.pid,
      service: this.service,
      started_at: this.#startedAt,
      status: this.status,
      url: this.url,
      restarts: this.#restarts,
      healthy: this.healthy,
      version: this.#version,
    };
  }

  get record(): InstanceRecord {
    return {
      port: this.port,
      service: this.service,
      pid: this.pid,
      started_at: this.#startedAt,
      restarts: this.#restarts,
      draining: this.#stopping,
    };
  }

  /** Starts it; resolves once it is healthy. @throws {Error} when it does not become so; nothing is left running then. */
  async start(): Promise<void> {
    this.#deps.changed();
    await this.#bringUp();
    if (this.#stopping) return;
    this.#deps.changed({ kind: "instance_started", text: `${this.service} started on port ${this.port}` });
    this.#life = this.#watchOver();
  }

  /** Adopts a running process, or restarts one that died while no manager ran. */
  adopt(record: InstanceRecord, process?: InstanceProcess, health?: Health): void {
    this.#restarts = record.restarts;
    this.#startedAt = record.started_at;
    this.#process = process;
    if (process === undefined) {
      this.#phase = "waiting";
    } else {
      this.#phase = "running";
      if (health?.kind === "alive") this.#noteVersion(health.version);
      else this.#failures = FAILURES_UNTIL_UNHEALTHY;
      this.#deps.changed({
        kind: "instance_adopted",
        text: `${this.service} on port ${this.port} goes on under a new manager`,
      });
    }
    this.#life = this.#watchOver();
  }

  /**
   * Takes it out of service, waits for `settled`, then ends its process: SIGTERM, later SIGKILL.
   *
   * @throws {Error} when the process outlives SIGKILL.
   */
  async stop(settled: Promise<void> = Promise.resolve()): Promise<void> {
    const { clock, limits } = this.#deps;
    const patienceMs = this.healthy ? limits.stopMs : limits.stopUnresponsiveMs;
    const served = this.#phase === "running";
    this.#stopping = true;
    this.#phase = "draining";
    this.#deps.changed();
    if (served) await settled;
    this.#stopAsked.resolve();
    const process = this.#process;
    if (process !== undefined) {
      let ended = false;
      const exited = process.exited.then(() => ended = true);
      await process.signal("SIGTERM");
      await pause(clock, patienceMs, exited);
      if (!ended) {
        this.#deps.log.warn("instance did not stop in time, killing it", {
          service: this.service,
          pid: process.pid,
        });
        await process.signal("SIGKILL");
        await pause(clock, limits.killMs, exited);
        if (!ended) throw new Error(`Cannot stop ${this.service}: process ${process.pid} outlives SIGKILL`);
      }
    }
    await this.#life;
    if (this.#stopped) return;
    this.#stopped = true;
    this.#deps.changed({ kind: "instance_stopped", text: `${this.service} on port ${this.port} stopped` });
  }

  /** One health check; two failed in a row take it out of the backends, one good one brings it back. */
  async check(): Promise<void> {
    const process = this.#process;
    if (this.#phase !== "running" || process === undefined || this.#checking) return;
    this.#checking = true;
    const health = await this.#deps.probe(this.url);
    this.#checking = false;
    if (this.#phase !== "running" || this.#process !== process) return;
    const before = this.healthy;
    if (health.kind === "alive" && health.pid === process.pid) this.#failures = 0;
    else this.#failures += 1;
    if (before === this.healthy) return;
    const kind = this.healthy ? "instance_responsive" : "instance_unresponsive";
    const text = `${this.service} on port ${this.port} ${this.healthy ? "answers again" : "does not answer"}`;
    this.#deps.changed({ kind, text });
  }

  /** From healthy to healthy, until stopped. */
  async #watchOver(): Promise<void> {
    const { clock, policy, changed } = this.#deps;
    while (!this.#stopping) {
      const since = clock.now();
      const ran = this.#phase === "running";
      if (this.#process !== undefined) this.#lastExit = await this.#process.exited;
      this.#process = undefined;
      if (this.#stopping) return;
      const delayMs = policy.died(ran ? clock.now() - since : 0);
      this.#phase = "waiting";
      changed(this.#exitEvent(delayMs));
      await pause(clock, delayMs, this.#stopAsked.promise);
      if (this.#stopping) return;
      this.#phase = "starting";
      this.#restarts += 1;
      changed();
      try {
        await this.#bringUp();
        if (this.#stopping) return;
        changed({ kind: "instance_restarted", text: `${this.service} on port ${this.port} restarted` });
      } catch (error) {
        this.#deps.log.error("cannot restart an instance", { service: this.service, reason: messageOf(error) });
      }
    }
  }

  #exitEvent(delayMs: number): { kind: EventKind; text: string } {
    const { code, lastWords } = this.#lastExit ?? { code: undefined, lastWords: "" };
    this.#deps.log.warn("instance exited", {
      service: this.service,
      port: this.port,
      status: code ?? "unknown",
      restartInMs: Math.round(delayMs),
      // One that was killed did not choose its last words.
      stderr: code !== undefined && code < 128 && lastWords !== "" ? lastWords : undefined,
    });
    const text = `${this.service} on port ${this.port} ended with status ${code ?? "unknown"}`;
    return this.#deps.policy.crashLooping
      ? { kind: "instance_crash_looping", text: `${text}, again and again` }
      : { kind: "instance_exited", text };
  }

  /** Starts a process and waits until it is healthy, or stopped. @throws {Error} after ending what it had started. */
  async #bringUp(): Promise<void> {
    const { clock, launch, limits } = this.#deps;
    const process = this.#process = launch({ port: this.port, env: this.#env });
    this.#deps.changed();
    let exit: Exit | undefined;
    const exited = process.exited.then((how) => exit = how);
    const deadline = clock.now() + limits.startMs;
    try {
      for (let delayMs = 10; !this.#stopping; delayMs = Math.min(delayMs * 2, 250)) {
        const health = await this.#deps.probe(this.url);
        if (this.#stopping) return;
        if (exit !== undefined) throw new Error(this.#startFailure(exit));
        if (health.kind === "alive" && health.pid === process.pid) return this.#nowHealthy(health.version);
        if (clock.now() >= deadline) {
          throw new Error(`${this.service} on port ${this.port} was not healthy within ${limits.startMs / 1_000} s`);
        }
        await pause(clock, delayMs, exited, this.#stopAsked.promise);
      }
    } catch (error) {
      await process.signal("SIGKILL");
      this.#lastExit = await exited;
      this.#process = undefined;
      throw error;
    }
  }

  #startFailure({ code, lastWords }: Exit): string {
    const reason = lastWords.split("\n").at(-1);
    return `${this.service} on port ${this.port} ended with status ${code} before it was healthy${
      reason ? `: ${reason}` : ""
    }`;
  }

  #nowHealthy(version: string): void {
    this.#phase = "running";
    this.#failures = 0;
    this.#startedAt = timestamp(this.#deps.clock);
    this.#noteVersion(version);
  }

  #noteVersion(version: string): void {
    this.#version = version;
    if (version !== VERSION) {
      this.#deps.log.warn("instance and manager have different versions, rebuild both", {
        service: this.service,
        instance: version,
        manager: VERSION,
      });
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
