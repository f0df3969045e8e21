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

  /** Listens at once; throws when the port is taken. */
  constructor(proxy: Proxy, options: ListenerOptions) {
    this.#proxy = proxy;
    this.#options = options;
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
    const { log, maxConnections } = this.#options;
    while (!this.#proxy.stopping) {
      if (this.#clients.size >= maxConnections) {
        this.#closeIdlest();
        await new Promise<void>((resolve) => this.#room = resolve);
        this.#room = undefined;
        continue;
      }
      try {
        this.#serve(await this.#listener.accept());
      } catch (error) {
        if (this.#proxy.stopping) return;
        // A client that went before it was accepted.
        if (error instanceof Deno.errors.NotConnected || error instanceof Deno.errors.ConnectionReset) continue;
        log.error("cannot accept a connection", { error: String(error), open: this.#clients.size });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  #serve(conn: Deno.TcpConn): void {
    const client = new Client(this.#proxy, conn);
    this.#clients.add(client);
    this.#proxy.metrics.connections++;
    client.serve().then(() => {
      this.#clients.delete(client);
      this.#proxy.metrics.connections--;
      this.#room?.();
      if (this.#clients.size === 0) this.#empty?.();
    });
  }

  /** Makes room by closing the connection that has been idle longest. */
  #closeIdlest(): void {
    let idlest: Client | undefined;
    for (const client of this.#clients) {
      if (client.idle && (idlest === undefined || client.deadline.endsAt < idlest.deadline.endsAt)) idlest = client;
    }
    idlest?.close();
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
