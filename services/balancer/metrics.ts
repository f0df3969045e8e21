import { Counter, Gauge, type Registry } from "prom-client";
import { createMetrics } from "../lib/telemetry/mod.ts";
import { Durations } from "./durations.ts";
import type { Pool } from "./pool.ts";

/** Upper bounds of the duration histogram, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The balancer's metrics. */
export class BalancerMetrics {
  readonly registry: Registry = createMetrics();
  /** Requests without a complete response yet. */
  inFlight = 0;
  /** Client connections that are open. */
  connections = 0;
  readonly #durations: Durations;
  readonly #retries: Counter<"reason">;
  readonly #aborted: Counter<"side">;
  // Counted here and exported at a scrape: a labeled increment costs more than parsing a request's head.
  readonly #requests = new Map<string, Map<number, number>>();

  constructor(pool: Pool) {
    const registers = [this.registry];
    const requests = this.#requests;
    new Counter({
      name: "oncall_lb_requests_total",
      help: "Requests by the backend that answered (none: the balancer itself) and status code; 499: the client left.",
      labelNames: ["backend", "code"],
      registers,
      collect() {
        this.reset();
        for (const [backend, codes] of requests) {
          for (const [code, count] of codes) this.inc({ backend, code: String(code) }, count);
        }
      },
    });
    this.#durations = new Durations({
      name: "oncall_lb_request_duration_seconds",
      help: "Seconds from the head of a request to the last byte of its response.",
      buckets: BUCKETS,
      registry: this.registry,
    });
    this.#retries = new Counter({
      name: "oncall_lb_retries_total",
      help: "Retries on another backend or a new connection, by reason of the failure.",
      labelNames: ["reason"],
      registers,
    });
    this.#aborted = new Counter({
      name: "oncall_lb_aborted_total",
      help: "Aborted responses, by the side that aborted.",
      labelNames: ["side"],
      registers,
    });
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    gauge("oncall_lb_in_flight_requests", "Requests without a complete response yet.", () => this.inFlight);
    gauge("oncall_lb_client_connections", "Open client connections.", () => this.connections);
    const perBackend = (name: string, help: string, value: (backend: Pool["members"][number]) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ["backend"],
        registers,
        collect() {
          this.reset();
          for (const backend of pool.members) this.set({ backend: backend.id }, value(backend));
        },
      });
    perBackend(
      "oncall_lb_backend_up",
      "1 while a backend takes requests, 0 while it is ejected.",
      (backend) => backend.health.out === undefined ? 1 : 0,
    );
    perBackend(
      "oncall_lb_backend_in_flight_requests",
      "Requests in flight at a backend.",
      (backend) => backend.busy.size,
    );
  }

  /** Counts an answered request. */
  answered(backend: string, code: number, seconds: number): void {
    let codes = this.#requests.get(backend);
    if (codes === undefined) this.#requests.set(backend, codes = new Map());
    codes.set(code, (codes.get(code) ?? 0) + 1);
    this.#durations.observe(backend, seconds);
  }

  /** Counts a retry. */
  retried(reason: string): void {
    this.#retries.inc({ reason });
  }

  /** Counts an aborted response. */
  aborted(side: "client" | "backend"): void {
    this.#aborted.inc({ side });
  }
}
