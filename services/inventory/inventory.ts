import { sleep } from "../lib/waiting/mod.ts";
import { Gauge } from "prom-client";
import { Access, labIsOn, refuseOpenAddress } from "../lib/access/mod.ts";
import { ConfigurationError } from "../lib/configuration/mod.ts";
import { identity, type Running, serve } from "../lib/lifecycle/mod.ts";
import { createMetrics } from "../lib/telemetry/mod.ts";
import { createApp } from "./app.ts";
import { ErrorLog } from "./error_log.ts";
import { quickItem } from "./fast_path.ts";
import { type FaultDeps, type FaultMode, Faults } from "./faults.ts";
import { FREIGHT_URL, type FreightDeps } from "./freight.ts";
import { createInstanceLog } from "./instance_log.ts";
import { openItems } from "./items.ts";
import { RequestMetrics } from "./request_metrics.ts";

/** One instance of the inventory service. */
export interface InventoryOptions {
  readonly hostname: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Name in metrics and logs. */
  readonly service: string;
  /** The fault in force from the start. */
  readonly fault?: FaultMode;
  /** File of the store that all instances share. */
  readonly db: string;
  /** Folder of `inventory_common.log` and `inv_<port>.log`. */
  readonly logDir: string;
  /** Base URL of the carrier's rate service. */
  readonly freightUrl?: string;
  /** What other machines, and programs that call by another name, have to show. */
  readonly token?: string | undefined;
  /** More names under which it may be called. */
  readonly allowedHosts?: readonly string[];
  /** Whether faults may be set; default: where only this machine reaches it. */
  readonly lab?: boolean | undefined;
  /** Whether an uncaught error goes to the error log before it ends the process; for one instance in a process. */
  readonly reportUncaught?: boolean;
}

/** What an instance acts through; tests pass their own. */
export interface InventoryDeps {
  readonly exit: (status: number) => never;
  /** Takes the lines of the instance's own log, beside its file; default: stderr. */
  readonly log: (line: string) => void;
  readonly faults?: Partial<FaultDeps>;
  readonly freight?: Partial<FreightDeps>;
}

const BASE_PORT = 8001;

/** The name of the instance on a port: `inv1` for the first one of the range. */
export function serviceName(port: number): string {
  return port >= BASE_PORT && port < BASE_PORT + 10 ? `inv${port - BASE_PORT + 1}` : `inv-${port}`;
}

/**
 * Starts an instance.
 *
 * @throws {ConfigurationError} when its port, its folders or its store cannot be had.
 */
export async function start(options: InventoryOptions, deps: Partial<InventoryDeps> = {}): Promise<Running> {
  const { hostname, service, logDir } = options;
  const { exit = Deno.exit, log: write = (line) => console.error(line) } = deps;
  refuseOpenAddress({ hostname, variable: "HOST", tokens: { ONCALL_TOKEN: options.token } });
  makeFolder(logDir);
  makeFolder(options.db.slice(0, Math.max(0, options.db.lastIndexOf("/"))) || ".");
  const items = await openItems(options.db);
  const errorLogPath = `${logDir}/inventory_common.log`;
  const errorLog = new ErrorLog({ path: errorLogPath });
  if (options.reportUncaught) reportUncaught(service, errorLog);
  const faults = new Faults(options.fault, {
    exit(status) {
      errorLog.flushSync();
      return exit(status);
    },
    ...deps.faults,
  });
  const registry = createMetrics();
  new Gauge({
    name: "inventory_items",
    help: "Items in the store.",
    labelNames: ["service"],
    registers: [registry],
    collect() {
      this.set({ service }, items.count());
    },
  });
  const metrics = new RequestMetrics(service, registry);
  let port = options.port;
  const started_at = new Date().toISOString();
  const app = createApp({
    service,
    items,
    faults,
    errorLog,
    errorLogPath,
    metrics,
    registry,
    access: new Access({
      hostname,
      allowedHosts: options.allowedHosts ?? [],
      tokens: [options.token],
      // The balancer hands on what programs of this machine ask it for.
      throughLocalProxy: true,
    }),
    lab: labIsOn(options.lab, hostname),
    freight: {
      url: options.freightUrl ?? FREIGHT_URL,
      fetch,
      now: () => performance.now(),
      sleep,
      ...deps.freight,
    },
    health: () => ({ ...identity("oncall-inventory"), service, port, started_at }),
  });
  let server: Running;
  try {
    const quick = quickItem({ items, faults, metrics });
    server = await serve((request, info) => app.fetch(request, info), { hostname, port, quick });
  } catch (error) {
    items.close();
    if (port !== 0) {
      createInstanceLog({ path: `${logDir}/inv_${port}.log`, service, write }).error("cannot start", { error });
    }
    throw error;
  }
  port = server.addr.port;
  const log = createInstanceLog({ path: `${logDir}/inv_${port}.log`, service, write });
  log.info("listening", { url: `http://${hostname}:${port}`, pid: Deno.pid, store: options.db });
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    log.info("draining");
    await server.stop();
    await errorLog.close();
    items.close();
    log.info("stopped");
  };
  const running: Running = { addr: server.addr, stop: () => stopping ??= stop() };
  return running;
}

/** An uncaught error ends the process, as in the runtime, but is logged first. */
function reportUncaught(service: string, errorLog: ErrorLog): void {
  const report = (error: unknown) => {
    errorLog.write("CRITICAL", `${service} ended: ${error}`, error);
    errorLog.flushSync();
  };
  globalThis.addEventListener("error", (event) => report(event.error));
  globalThis.addEventListener("unhandledrejection", (event) => report(event.reason));
}

function makeFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`Cannot make the folder ${path}: ${reason}`, { cause });
  }
}
