import { Access, fetchWithToken, refuseOpenAddress } from "../lib/access/mod.ts";
import { ConfigurationError } from "../lib/configuration/mod.ts";
import { cannotListen, type Running } from "../lib/lifecycle/mod.ts";
import { createLogger, type Logger } from "../lib/telemetry/mod.ts";
import { AccessLog } from "./access_log.ts";
import { RequestHead, ResponseHead } from "../lib/http1/mod.ts";
import { createApp } from "./app.ts";
import { type Endpoint, parseEndpoint } from "./backend.ts";
import { dnsSource, managerSource, type Resolve } from "./backend_source.ts";
import { Clock } from "./clock.ts";
import { Discovery } from "./discovery.ts";
import { HEALTH_RULES, type HealthRules } from "./health.ts";
import { Listener } from "./listener.ts";
import { BalancerMetrics } from "./metrics.ts";
import type { Policy } from "./policies.ts";
import { Pool } from "./pool.ts";
import { Prober } from "./prober.ts";
import { Buffers, type Proxy, type Timeouts } from "./proxy.ts";
import { Queue } from "./queue.ts";
import { RetryBudget } from "./retry_budget.ts";

/** Options of a balancer; see `settings.ts` for meanings and units. */
export interface BalancerOptions {
  readonly hostname: string;
  readonly port: number;
  readonly managerUrl: string;
  readonly refreshSec: number;
  readonly backends: readonly string[];
  readonly backendsDns?: string | undefined;
  readonly connectTimeoutSec: number;
  readonly readTimeoutSec: number;
  readonly policy?: Policy;
  readonly probeSec?: number;
  readonly serverErrors?: number;
  readonly maxConnections?: number;
  readonly maxWaiting?: number;
  /** What other machines, and programs that call by another name, have to show for the operators' routes. */
  readonly token?: string | undefined;
  /** More names under which these may be called. */
  readonly allowedHosts?: readonly string[];
  readonly accessLog?: boolean;
  readonly logDir?: string;
  /** How long requests in flight may take once stopping, in milliseconds. */
  readonly drainMs?: number;
  readonly health?: Partial<HealthRules>;
  readonly timeouts?: Partial<Timeouts>;
}

/** Dependencies of a balancer. */
export interface BalancerDeps {
  readonly fetch?: typeof fetch;
  readonly resolve?: Resolve;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
  readonly log?: Logger;
}

/** Most requests that wait for any backend to have room, and as many for one that takes connections. */
const MAX_QUEUED = 4_096;
/** How long the start waits for the first list of backends, in milliseconds. */
const FIRST_ANSWER_MS = 500;

/**
 * Starts a balancer.
 *
 * @throws {ConfigurationError} when the port cannot be had, or a backend is not `http://host:port`.
 */
export async function start(options: BalancerOptions, deps: BalancerDeps = {}): Promise<Running> {
  const { fetch = globalThis.fetch, now = () => performance.now(), log = createLogger({ name: "lb" }) } = deps;
  const tokens = { ONCALL_TOKEN: options.token };
  refuseOpenAddress({ hostname: options.hostname, variable: "LB_HOST", tokens });
  const fixed = endpoints(options.backends);
  const serverErrors = options.serverErrors ?? HEALTH_RULES.serverErrors;
  const pool = new Pool({
    policy: options.policy ?? "round-robin",
    rules: { ...HEALTH_RULES, serverErrors, ...options.health },
    maxWaiting: options.maxWaiting ?? 1024,
    onChange(backend, was, detail) {
      if (was !== undefined) log.info("backend is back", { backend: backend.id, was });
      else log.warn("backend is ejected", { backend: backend.id, reason: backend.health.out, detail });
    },
  });
  pool.replace(fixed);
  const clock = new Clock(now);
  const budget = new RetryBudget();
  const metrics = new BalancerMetrics(pool);
  const app = createApp({ pool, metrics, log });
  const accessLog = options.accessLog ? await openAccessLog(options.logDir ?? "logs", log) : undefined;
  const { backendsDns } = options;
  if (backendsDns !== undefined && parseEndpoint(backendsDns)?.id !== backendsDns) {
    throw new ConfigurationError(`BACKENDS_DNS: expected host:port, got ${JSON.stringify(backendsDns)}`);
  }
  const source = backendsDns === undefined
    ? managerSource(
      options.managerUrl,
      fetchWithToken(fetch, { token: options.token, urls: [options.managerUrl] }),
    )
    : dnsSource(backendsDns, deps.resolve);
  const discovery = new Discovery({ source, refreshMs: options.refreshSec * 1000, pool, log });
  const timeouts: Timeouts = {
    connectMs: options.connectTimeoutSec * 1000,
    readMs: options.readTimeoutSec * 1000,
    headMs: 10_000,
    clientMs: 30_000,
    keepAliveMs: 60_000,
    ...options.timeouts,
  };
  const proxy: Proxy = {
    pool,
    capacityQueue: new Queue(MAX_QUEUED),
    recoveryQueue: new Queue(MAX_QUEUED),
    budget,
    metrics,
    accessLog,
    timeouts,
    clock,
    requestHead: new RequestHead(),
    responseHead: new ResponseHead(),
    localRoutes: (request, known) => app.fetch(request, { known }),
    access: new Access({
      hostname: options.hostname,
      allowedHosts: options.allowedHosts ?? [],
      tokens: [options.token],
    }),
    onTrouble: () => discovery.hurry(),
    onSilence: (backend) => prober.probeSuspect(backend),
    onSweep: (awakeMs) => prober.sweep(awakeMs),
    buffers: new Buffers(),
    stopping: false,
  };
  let listener: Listener;
  try {
    listener = new Listener(proxy, { ...options, maxConnections: options.maxConnections ?? 8192, log });
  } catch (cause) {
    throw await cannotListen(options.hostname, options.port, cause);
  }
  const probeMs = (options.probeSec ?? 1) * 1000;
  const prober = new Prober({
    pool,
    everyMs: probeMs,
    timeoutMs: Math.max(1_000, probeMs),
    suspectProbeMs: pool.options.rules.suspectProbeMs,
    clock,
    fetch,
    onOut(backend) {
      // Pending requests of a backend that sends nothing fail over.
      for (const connection of backend.busy) {
        if (connection.movable && !connection.answered && budget.take(clock.precise())) connection.end("rescued");
      }
    },
  });
  await firstOf(discovery.start(), FIRST_ANSWER_MS);
  log.info("listening", {
    url: `http://${options.hostname}:${listener.addr.port}`,
    backends: pool.members.map((b) => b.id),
  });
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    await Promise.all([discovery.stop(), prober.stop(), listener.stop(options.drainMs ?? 10_000)]);
    for (const backend of pool.all()) backend.closeIdle(0, true);
    await accessLog?.flush();
  };
  return { addr: listener.addr, stop: () => stopping ??= stop() };
}

function endpoints(urls: readonly string[]): Endpoint[] {
  return urls.map((url) => {
    const endpoint = parseEndpoint(url);
    if (endpoint === undefined) {
      throw new ConfigurationError(`BACKENDS: expected http://host:port, got ${JSON.stringify(url)}`);
    }
    return endpoint;
  });
}

async function openAccessLog(dir: string, log: Logger): Promise<AccessLog> {
  try {
    await Deno.mkdir(dir, { recursive: true });
    return new AccessLog({ path: `${dir}/lb_access.log`, log });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`Cannot write the access log in ${dir} (LOG_DIR): ${reason}`, { cause });
  }
}

async function firstOf(work: Promise<void>, atMostMs: number): Promise<void> {
  let timer: number | undefined;
  await Promise.race([work, new Promise<void>((resolve) => timer = setTimeout(resolve, atMostMs))]);
  clearTimeout(timer);
}
