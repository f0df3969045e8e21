import type { Access } from "../lib/access/mod.ts";
import type { AccessLog } from "./access_log.ts";
import type { Backend } from "./backend.ts";
import type { Clock } from "./clock.ts";
import type { BalancerMetrics } from "./metrics.ts";
import type { Pool } from "./pool.ts";
import type { Queue } from "./queue.ts";
import type { RetryBudget } from "./retry_budget.ts";
import { Outgoing, type RequestHead, type ResponseHead } from "../lib/http1/mod.ts";

/** How long each side may take; milliseconds. */
export interface Timeouts {
  /** To accept a connection. */
  readonly connectMs: number;
  /** Without a byte from a backend with a pending request. */
  readonly readMs: number;
  /** For a client to send a request's head, from its first byte. */
  readonly headMs: number;
  /** Without progress of a client that sends or receives a body. */
  readonly clientMs: number;
  /** Between two requests on a client's connection. */
  readonly keepAliveMs: number;
}

/** What every connection of one balancer shares. */
export interface Proxy {
  readonly pool: Pool;
  /** Requests that wait for a backend with room. */
  readonly capacityQueue: Queue;
  /** Requests that wait for a backend that takes connections. */
  readonly recoveryQueue: Queue;
  readonly budget: RetryBudget;
  readonly metrics: BalancerMetrics;
  readonly accessLog: AccessLog | undefined;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  /** Parsing and using a head happens in one go, so one of each serves all connections. */
  readonly requestHead: RequestHead;
  readonly responseHead: ResponseHead;
  /** Answers the balancer's own routes; strangers only learn that it is alive. */
  readonly localRoutes: (request: Request, known: boolean) => Response | Promise<Response>;
  /** Who may call the operators' routes, its own and those of its backends. */
  readonly access: Access;
  /** Called when a backend could not be reached or was lost. */
  readonly onTrouble: () => void;
  /** Called when a backend has had pending requests without any response for some time. */
  readonly onSilence: (backend: Backend) => void;
  /** Called at each sweep, with the clock's `awake`. */
  readonly onSweep: (awakeMs: number) => void;
  readonly buffers: Buffers;
  /** No further request on any connection. */
  stopping: boolean;
}

/** Most bytes of a body in flight in one direction, and most of a request that can be sent again. */
export const BODY_IN_FLIGHT: number = 64 * 1024;
const KEPT = 128;

/** Buffers that live as long as one exchange. */
export class Buffers {
  readonly #free: Outgoing[] = [];

  take(): Outgoing {
    return this.#free.pop() ?? new Outgoing(8 * 1024, BODY_IN_FLIGHT + 16 * 1024);
  }

  /** Returns a buffer to the pool; nothing may still read it. */
  give(buffer: Outgoing): void {
    if (this.#free.length >= KEPT) return;
    buffer.clear();
    this.#free.push(buffer);
  }
}
