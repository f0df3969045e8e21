import { ApiError } from "../lib/http/mod.ts";
import type { Logger } from "../lib/telemetry/mod.ts";
import type { Clock } from "./clock.ts";
import type { EventHistory, EventKind } from "./event_history.ts";
import { Instance, type InstanceLimits } from "./instance.ts";
import type { InstanceView } from "./instance_view.ts";
import { adoptProcess, type Launch, type SignalPid } from "./instance_process.ts";
import type { Probe } from "./probe.ts";
import { RestartPolicy } from "./restart_policy.ts";
import type { InstanceRecord, ManagerState } from "./state_file.ts";

/** Which instances there may be and what they are started with. */
export interface SupervisorOptions {
  readonly basePort: number;
  readonly maxPort: number;
  /** Given to each instance beside its `PORT`, `HOST` and `SERVICE`. */
  readonly env: Readonly<Record<string, string>>;
  readonly limits: InstanceLimits;
}

/** What a supervisor works with. */
export interface SupervisorDeps {
  readonly launch: Launch;
  readonly probe: Probe;
  readonly signalPid: SignalPid;
  /** Whether nothing listens on this port. */
  readonly portIsFree: (port: number) => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** Resolves when every reader of the list of backends has had the chance to read the new one. */
  readonly settled: () => Promise<void>;
  /** Called after every change; writes what others read. */
  readonly publish: () => void;
  readonly history: EventHistory;
}

/** What `scale` did, as ports. */
export interface Scaled {
  readonly started: number[];
  readonly stopped: number[];
  readonly replicas: number;
}

/** All instances; changes of their number are serialized. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #deps: SupervisorDeps;
  readonly #instances = new Map<number, Instance>();
  #queue: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | undefined;

  constructor(options: SupervisorOptions, deps: SupervisorDeps) {
    this.#options = options;
    this.#deps = deps;
  }

  /** By port, lowest first. */
  get instances(): Instance[] {
    return [...this.#instances.values()].sort((a, b) => a.port - b.port);
  }

  get views(): InstanceView[] {
    return this.instances.map((instance) => instance.view);
  }

  /** Base URLs of those that can take traffic now. */
  get backends(): string[] {
    return this.instances.filter((instance) => instance.healthy).map((instance) => instance.url);
  }

  /** `host:port` of those that Prometheus should find up; one that hangs is among them, so that it is seen to be down. */
  get targets(): string[] {
    return this.instances.filter((instance) => instance.status === "running").map(({ port }) => `127.0.0.1:${port}`);
  }

  get state(): ManagerState {
    return { instances: this.instances.map((instance) => instance.record), events: this.#deps.history.list() };
  }

  /** Starts one instance; resolves once it is healthy. @throws {ApiError} */
  start(port?: number): Promise<Instance> {
    return this.#serially(() => {
      if (port !== undefined && this.#instances.has(port)) {
        const { service, status } = this.#instances.get(port)!;
        throw new ApiError(409, "port_taken", `port: ${port} is ${service}'s, which is ${status}; stop it first.`);
      }
      if (port !== undefined && !this.#deps.portIsFree(port)) {
        throw new ApiError(
          409,
          "port_taken",
          `port: another program listens on ${port} (ss -ltnp 'sport = :${port}').`,
        );
      }
      return this.#startOn(port ?? this.#freePorts(1)[0]!);
    });
  }

  /** Drains and stops one instance; its port. @throws {ApiError} */
  stop(which: { readonly port?: number; readonly pid?: number }): Promise<number> {
    return this.#serially(async () => {
      const instance = this.instances.find(({ port, pid }) =>
        which.port === undefined ? pid === which.pid : port === which.port
      );
      if (instance === undefined) {
        const text = which.port === undefined
          ? `pid: no instance is process ${which.pid}`
          : `port: no instance on ${which.port}`;
        throw new ApiError(404, "unknown_instance", `${text}; GET /instances lists them.`);
      }
      await this.#end(instance);
      return instance.port;
    });
  }

  /** Starts or stops instances, highest port first, until there are `replicas`. @throws {ApiError} */
  scale(replicas: number): Promise<Scaled> {
    return this.#serially(async () => {
      const before = this.instances;
      const excess = before.slice(replicas).reverse();
      const ports = replicas > before.length ? this.#freePorts(replicas - before.length) : [];
      const began = await Promise.allSettled(ports.map((port) => this.#startOn(port)));
      const ended = await Promise.allSettled(excess.map((instance) => this.#end(instance)));
      const done: Scaled = {
        started: ports.filter((_, index) => began[index]!.status === "fulfilled"),
        stopped: excess.filter((_, index) => ended[index]!.status === "fulfilled").map(({ port }) => port),
        replicas: this.#instances.size,
      };
      if (done.started.length + done.stopped.length > 0) {
        this.#noteScaled(before.length, done.replicas);
      }
      const failure = [...began, ...ended].find((result) => result.status === "rejected");
      if (failure !== undefined) {
        const { message } = failure.reason as Error;
        throw new ApiError(500, "scale_incomplete", message, { ...done }, { cause: failure.reason });
      }
      return done;
    });
  }

  /** Adopts what an earlier manager left, and stops what it was about to stop. */
  async adopt(records: readonly InstanceRecord[]): Promise<void> {
    await Promise.all(records.map((record) => this.#adoptOne(record)));
    this.#deps.publish();
  }

  /** Checks every instance's health at once. */
  async check(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.check()));
  }

  /** Stops every instance, for good. */
  shutdown(): Promise<void> {
    return this.#stopping ??= this.#endAll();
  }

  async #endAll(): Promise<void> {
    const ended = await Promise.allSettled(this.instances.map((instance) => this.#end(instance, Promise.resolve())));
    for (const result of ended) if (result.status === "rejected") this.#deps.log.error(String(result.reason));
  }

  async #adoptOne(record: InstanceRecord): Promise<void> {
    const { log, probe, signalPid, clock } = this.#deps;
    const instance = this.#create(record.port, record.service);
    const health = await probe(instance.url);
    const ours = health.kind === "alive" && (record.pid === null || health.pid === record.pid);
    if (!ours && (health.kind === "alive" || health.kind === "foreign")) {
      const owner = health.kind === "alive" ? `an inventory of someone else's, process ${health.pid}` : health.text;
      log.warn("another program has the instance's port, dropping the instance", { port: record.port, owner });
      return;
    }
    const pid = ours ? health.pid : record.pid;
    const running = ours ||
      (pid !== null && await signalPid(pid, "0") && (health.kind === "silent" || record.draining));
    const process = running ? adoptProcess({ pid: pid!, url: instance.url, probe, signalPid, clock }) : undefined;
    if (record.draining && process === undefined) return;
    this.#instances.set(record.port, instance);
    instance.adopt(record, process, health);
    if (record.draining) this.#serially(() => this.#end(instance)).catch((error) => log.error(String(error)));
  }

  #create(port: number, service = `inv${port - this.#options.basePort + 1}`): Instance {
    const { history, publish, log, launch, probe, clock, random } = this.#deps;
    const env = { ...this.#options.env, PORT: String(port), HOST: "127.0.0.1", SERVICE: service };
    const changed = (event?: { kind: EventKind; text: string }) => {
      if (event !== undefined) {
        history.add(event.kind, event.text, { service, port });
        log.info(event.text);
      }
      publish();
    };
    const policy = new RestartPolicy({ random });
    return new Instance({ port, service, env }, {
      launch,
      probe,
      clock,
      policy,
      limits: this.#options.limits,
      log,
      changed,
    });
  }

  async #startOn(port: number): Promise<Instance> {
    const instance = this.#create(port);
    this.#instances.set(port, instance);
    try {
      await instance.start();
      return instance;
    } catch (cause) {
      this.#instances.delete(port);
      this.#deps.publish();
      const message = cause instanceof Error ? cause.message : String(cause);
      this.#deps.log.error("cannot start an instance", { port, reason: message });
      throw new ApiError(500, "start_failed", message, {}, { cause });
    }
  }

  async #end(instance: Instance, settled?: Promise<void>): Promise<void> {
    // The wait for readers begins once the instance is off the list, which its first, synchronous steps do.
    const { promise, resolve } = Promise.withResolvers<void>();
    const stopped = instance.stop(promise);
    (settled ?? this.#deps.settled()).then(resolve);
    await stopped;
    this.#instances.delete(instance.port);
    this.#deps.publish();
  }

  #freePorts(count: number): number[] {
    const { basePort, maxPort } = this.#options;
    const ports: number[] = [];
    for (let port = basePort; port <= maxPort && ports.length < count; port++) {
      if (!this.#instances.has(port) && this.#deps.portIsFree(port)) ports.push(port);
    }
    if (ports.length === count) return ports;
    throw new ApiError(
      409,
      "no_free_port",
      `${count} more ports needed and ${ports.length} free between ${basePort} and ${maxPort}; stop what holds them, or raise PM_MAX_PORT.`,
    );
  }

  #noteScaled(from: number, to: number): void {
    const text = `scaled from ${from} to ${to} instances`;
    this.#deps.history.add("scaled", text);
    this.#deps.log.info(text);
    this.#deps.publish();
  }

  #serially<T>(job: () => T | Promise<T>): Promise<T> {
    const result = this.#queue.then(() => {
      if (this.#stopping !== undefined) {
        throw new ApiError(503, "stopping", "The manager is stopping; ask the next one.");
      }
      return job();
    });
    this.#queue = result.catch(() => {});
    return result;
  }
}
