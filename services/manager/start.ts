import { Access, labIsOn, refuseOpenAddress } from "../lib/access/mod.ts";
import { ConfigurationError } from "../lib/configuration/mod.ts";
import { type Running, serve } from "../lib/lifecycle/mod.ts";
import { type Logger, silentLogger } from "../lib/telemetry/mod.ts";
import { createApp } from "./app.ts";
import { BackendReaders } from "./backend_readers.ts";
import { type Clock, systemClock } from "./clock.ts";
import { DiscoveryFile } from "./discovery_file.ts";
import { EventHistory, type HistoryEvent } from "./event_history.ts";
import { findInventory } from "./inventory_executable.ts";
import type { InstanceLimits } from "./instance.ts";
import { type Launch, launcher, type SignalPid, signalPid } from "./instance_process.ts";
import { createManagerMetrics } from "./manager_metrics.ts";
import { createProbe } from "./probe.ts";
import { claimRunDir } from "./run_dir.ts";
import { type ManagerState, StateFile } from "./state_file.ts";
import { Supervisor } from "./supervisor.ts";

/** Options of the manager. */
export interface ManagerOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly basePort: number;
  readonly maxPort: number;
  readonly runDir: string;
  readonly logDir: string;
  /** Default: `inventory_targets.json` in `runDir`. */
  readonly discoveryFile?: string | undefined;
  /** Default: `oncall-inventory` on PATH, else in `bin`. */
  readonly inventoryBin?: string | undefined;
  /** What other machines, and programs that call by another name, have to show. */
  readonly token?: string | undefined;
  /** More names under which it may be called. */
  readonly allowedHosts?: readonly string[];
  /** Whether faults may be set; default: where only this machine reaches it. */
  readonly lab?: boolean | undefined;
  /** Pause between two health checks of an instance, in milliseconds. */
  readonly checkMs?: number;
  /** Longest wait for the answer to one, in milliseconds. */
  readonly probeTimeoutMs?: number;
  readonly limits?: Partial<InstanceLimits>;
}

/** The world as the manager sees it; tests pass their own. */
export interface ManagerDeps {
  readonly log?: Logger;
  readonly clock?: Clock;
  readonly fetch?: typeof globalThis.fetch;
  readonly random?: () => number;
  /** Starts an instance; by default the inventory's executable, after finding it. */
  readonly launch?: Launch;
  readonly signalPid?: SignalPid;
}

const LIMITS: InstanceLimits = { startMs: 15_000, stopMs: 15_000, stopUnresponsiveMs: 2_000, killMs: 5_000 };

/** Starts the manager; what an earlier one left running goes on under this one. @throws {ConfigurationError} */
export async function start(options: ManagerOptions, deps: ManagerDeps = {}): Promise<Running> {
  const { log = silentLogger, clock = systemClock, fetch = globalThis.fetch, random = Math.random } = deps;
  const { basePort, maxPort, runDir, logDir, checkMs = 1_000, probeTimeoutMs = 2_000 } = options;
  if (basePort > maxPort) {
    throw new ConfigurationError(`PM_MAX_PORT: expected ${basePort} (PM_BASE_PORT) or more, got ${maxPort}`);
  }
  refuseOpenAddress({ hostname: options.host, variable: "PM_HOST", tokens: { ONCALL_TOKEN: options.token } });
  const claim = claimRunDir(runDir);
  try {
    const launch = deps.launch ?? launcher(await findInventory(options.inventoryBin, log));
    const stateFile = new StateFile(`${runDir}/manager.json`);
    const left = readState(stateFile, log);
    const discovery = new DiscoveryFile(options.discoveryFile ?? `${runDir}/inventory_targets.json`);
    const history = new EventHistory(clock, { earlier: left.events as HistoryEvent[] });
    const readers = new BackendReaders(clock);
    let unwritten = false;
    const publish = () => {
      try {
        discovery.update(supervisor.targets);
        stateFile.write(supervisor.state);
        unwritten = false;
      } catch (error) {
        if (!unwritten) log.error("cannot write the discovery or state file, retrying", { error });
        unwritten = true;
      }
    };
    const supervisor: Supervisor = new Supervisor(
      {
        basePort,
        maxPort,
        env: { RUN_DIR: runDir, LOG_DIR: logDir },
        limits: { ...LIMITS, ...options.limits },
      },
      {
        launch,
        probe: createProbe(fetch, probeTimeoutMs),
        signalPid: deps.signalPid ?? signalPid,
        portIsFree,
        clock,
        random,
        log,
        settled: () => readers.settled(),
        publish,
        history,
      },
    );
    const app = createApp({
      supervisor,
      history,
      registry: createManagerMetrics(() => supervisor.views),
      access: new Access({
        hostname: options.host,
        allowedHosts: options.allowedHosts ?? [],
        tokens: [options.token],
      }),
      lab: labIsOn(options.lab, options.host),
      fetch,
      basePort,
      maxPort,
      backendsRead: (reader) => readers.note(reader),
      report: (error) => log.error("request failed", { error }),
    });
    beginWith(discovery, left);
    // Until adoption is complete, a response would tell the balancer that there are no backends.
    const ready = Promise.withResolvers<void>();
    const server = await serve(async (request, info) => {
      await ready.promise;
      return app.fetch(request, info);
    }, { hostname: options.host, port: options.port });
    history.add("manager_started", "the manager started");
    await supervisor.adopt(left.instances);
    ready.resolve();
    log.info("listening", { url: `http://${options.host}:${server.addr.port}` });
    const stopChecking = every(checkMs, async () => {
      await supervisor.check();
      if (unwritten) publish();
    }, clock);
    let stopped: Promise<void> | undefined;
    const stop = async () => {
      stopChecking();
      await Promise.all([server.stop(), supervisor.shutdown()]);
      history.add("manager_stopped", "the manager stopped");
      publish();
      claim.release();
    };
    return { addr: server.addr, stop: () => stopped ??= stop() };
  } catch (error) {
    claim.release();
    throw error;
  }
}

/** Keeps the content of the discovery file, and checks that it can be written before anything is started. */
function beginWith(discovery: DiscoveryFile, left: ManagerState): void {
  const running = left.instances.filter(({ pid, draining }) => pid !== null && !draining);
  try {
    discovery.update(running.map(({ port }) => `127.0.0.1:${port}`));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`PM_SD_FILE: cannot write the discovery file: ${reason}`, { cause });
  }
}

function readState(file: StateFile, log: Logger): ManagerState {
  try {
    return file.read();
  } catch (error) {
    log.warn("cannot read the state file, starting without instances", { error });
    return { instances: [], events: [] };
  }
}

function portIsFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}

/** Runs `job` every `ms` milliseconds, never twice at once, until the function that it returns is called. */
function every(ms: number, job: () => Promise<void>, clock: Clock): () => void {
  let stopped = false;
  let timer: number;
  const next = () => {
    timer = clock.setTimeout(async () => {
      await job();
      if (!stopped) next();
    }, ms);
  };
  next();
  return () => {
    stopped = true;
    clock.clearTimeout(timer);
  };
}
