import type { Logger } from "../lib/telemetry/mod.ts";
import { Client } from "./client.ts";
import type { Proxy } from "./proxy.ts";

/** Address and limits. */
export interface ListenerOptions {
  readonly hostname: string;
  readonly port: number;
  readonly maxConnections: number;
  readonly log: Logger;
}

/** Length of the accept queue: the system drops further connections, whose clients retry after a second or more. */
const BACKLOG = 4_096;
/** Interval of the sweeps that check deadlines, in milliseconds; so no request needs a timer. */
const SWEEP_MS = 50;
/** How long nothing is accepted after the system had no more file descriptors, in milliseconds. */
const REST_MS = 100;
/** Which share of the clients stays when the file descriptors run out. */
const SHARE_KEPT = 0.75;
const LEAST_CLIENTS = 16;
/** A client is not closed for another before it had this long to send its request or take its answer, in milliseconds. */
const GRACE_MS = 100;

/** Accepts clients, and watches over every deadline. */
export class Listener {
  /** Where it listens. */
  readonly addr: { readonly hostname: string; readonly port: number };
  readonly #proxy: Proxy;
  readonly #options: ListenerOptions;
  readonly #listener: Deno.TcpListener;
  readonly #clients = new Set<Client>();
  readonly #timer: number;
  readonly #accepting: Promise<void>;
  #room: (() => void) | undefined;
  #empty: (() => void) | undefined;
  #sweeps = 0;
  /** How many clients are held at once. */
  #most: number;

  /** Listens at once; throws when the port is taken. */
  constructor(proxy: Proxy, options: ListenerOptions) {
    this.#proxy = proxy;
    this.#options = options;
    this.#most = options.maxConnections;
    this.#listener = Deno.listen({ hostname: options.hostname, port: options.port, tcpBacklog: BACKLOG });
    this.addr = { hostname: options.hostname, port: this.#listener.addr.port };
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#accepting = this.#accept();
  }

  /** Stops accepting, drains requests in flight for `drainMs`, then closes the rest. */
  async stop(drainMs: number): Promise<void> {
    this.#proxy.stopping = true;
    this.#listener.close();
    this.#room?.();
    await this.#accepting;
    for (const client of this.#clients) if (client.idle) client.close();
    const timer = setTimeout(() => {
      for (const client of this.#clients) client.close();
    }, drainMs);
    if (this.#clients.size > 0) await new Promise<void>((resolve) => this.#empty = resolve);
    clearTimeout(timer);
    clearInterval(this.#timer);
  }

  async #accept(): Promise<void> {
    while (!this.#proxy.stopping) {
      if (this.#clients.size >= this.#most && !this.#makeRoom()) {
        await this.#someRoom();
        continue;
      }
      try {
        this.#serve(await this.#listener.accept());
      } catch (error) {
        if (this.#proxy.stopping) return;
        // A client that went before it was accepted.
        if (error instanceof Deno.errors.NotConnected || error instanceof Deno.errors.ConnectionReset) continue;
        this.#exhausted(error);
        await new Promise((resolve) => setTimeout(resolve, REST_MS));
      }
    }
  }

  /** Resolves when a connection ends, or soon, when one may be closed that was too young before. */
  async #someRoom(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GRACE_MS);
    this.#room = resolve;
    await promise;
    this.#room = undefined;
    clearTimeout(timer);
  }

  /** The process has no file descriptor left, and backends need some, too: fewer clients are held from here on. */
  #exhausted(error: unknown): void {
    this.#most = Math.max(LEAST_CLIENTS, Math.min(this.#most, Math.floor(this.#clients.size * SHARE_KEPT)));
    while (this.#clients.size > this.#most && this.#makeRoom());
    const { log } = this.#options;
    log.error("cannot accept a connection, holding fewer from now on", { error: String(error), most: this.#most });
  }

  #serve(conn: Deno.TcpConn): void {
    const client = new Client(this.#proxy, conn);
    this.#clients.add(client);
    this.#proxy.metrics.connections++;
    client.serve().then(() => this.#forget(client));
  }

  #forget(client: Client): void {
    if (!this.#clients.delete(client)) return;
    this.#proxy.metrics.connections--;
    this.#room?.();
    if (this.#clients.size === 0) this.#empty?.();
  }

  /**
   * Closes a connection that its client keeps waiting: of the address that holds the most, the one that has waited longest.
   * False when there is none that has had its chance.
   */
  #makeRoom(): boolean {
    const held = new Map<string, number>();
    for (const { address } of this.#clients) held.set(address, (held.get(address) ?? 0) + 1);
    const before = this.#proxy.clock.precise() - GRACE_MS;
    let worst: Client | undefined;
    for (const client of this.#clients) {
      if (client.slowSince > before) continue;
      const more = worst === undefined ? 1 : held.get(client.address)! - held.get(worst.address)!;
      if (more > 0 || (more === 0 && client.slowSince < worst!.slowSince)) worst = client;
    }
    if (worst === undefined) return false;
    worst.close();
    this.#forget(worst);
    return true;
  }

  #sweep(): void {
    const { pool, clock } = this.#proxy;
    clock.advance();
    const now = clock.awake;
    for (const client of this.#clients) {
      if (!client.deadline.expired(now)) continue;
      if (client.onExpired === undefined) client.close();
      else client.onExpired();
    }
    const { silentMs } = pool.options.rules;
    for (const backend of pool.all()) {
      if (backend.silentMs(now) >= silentMs) this.#proxy.onSilence(backend);
      backend.sweep(now);
      if (this.#sweeps % 20 === 0) backend.closeIdle(clock.coarse);
    }
    pool.sweep();
    this.#proxy.onSweep(now);
    this.#sweeps++;
  }
}
