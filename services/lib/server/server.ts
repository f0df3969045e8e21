import { Connection, type Handler, type Quick, type Shared } from "./connection.ts";
import { LIMITS, type Limits } from "./limits.ts";

/** Where to listen, and what to let others take. */
export interface ServerOptions {
  readonly hostname: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly limits?: Partial<Limits>;
  /** Tried before the handler, for requests without a body. */
  readonly quick?: Quick;
  /** Called with errors that prevent connections. */
  readonly report?: (text: string) => void;
}

/** How often deadlines are checked. */
const SWEEP_MS = 250;
/** How long nothing is accepted after the system had no more file descriptors. */
const REST_MS = 100;
/** Which share of the open connections stays when the file descriptors run out. */
const SHARE_KEPT = 0.75;
const LEAST_CONNECTIONS = 16;
const BACKLOG = 1_024;
/** A connection is not closed for another before it had this long to send its request. */
const GRACE_MS = 50;
/** A connection whose client takes no more of its answer is not closed for another before this. */
const SLOW_READER_MS = 1_000;

/** An HTTP/1.1 server that no client can fill up: see {@linkcode Limits}. */
export class Server {
  readonly addr: { readonly hostname: string; readonly port: number };
  readonly #listener: Deno.TcpListener;
  readonly #shared: Shared;
  readonly #connections = new Set<Connection>();
  readonly #report: (text: string) => void;
  readonly #timer: number;
  readonly #accepting: Promise<void>;
  #most: number;
  #room: (() => void) | undefined;
  #empty: (() => void) | undefined;
  #reportedAt = -Infinity;

  /** Listens at once. @throws {Error} when the port cannot be had. */
  constructor(handler: Handler, options: ServerOptions) {
    const limits = { ...LIMITS, ...options.limits };
    this.#report = options.report ?? ((text) => console.error(text));
    const quick = options.quick ?? (() => undefined);
    this.#shared = { handler, quick, limits, report: this.#report, now: () => performance.now(), stopping: false };
    this.#most = limits.maxConnections;
    this.#listener = Deno.listen({ hostname: options.hostname, port: options.port, tcpBacklog: BACKLOG });
    this.addr = { hostname: options.hostname, port: this.#listener.addr.port };
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS);
    this.#accepting = this.#accept();
  }

  /** How many connections are open. */
  get size(): number {
    return this.#connections.size;
  }

  /** Stops accepting, drains requests in flight for `drainMs`, then closes the rest. */
  async stop(drainMs: number): Promise<void> {
    this.#shared.stopping = true;
    this.#listener.close();
    this.#room?.();
    await this.#accepting;
    for (const connection of this.#connections) if (waits(connection)) connection.close();
    const timer = setTimeout(() => {
      for (const connection of this.#connections) connection.close();
    }, drainMs);
    if (this.#connections.size > 0) await new Promise<void>((resolve) => this.#empty = resolve);
    clearTimeout(timer);
    clearInterval(this.#timer);
  }

  async #accept(): Promise<void> {
    while (!this.#shared.stopping) {
      if (this.#connections.size >= this.#most && !this.#makeRoom()) {
        await this.#someRoom();
        continue;
      }
      try {
        this.#serve(await this.#listener.accept());
      } catch (error) {
        if (this.#shared.stopping) return;
        // A client that went before it was accepted.
        if (error instanceof Deno.errors.NotConnected || error instanceof Deno.errors.ConnectionReset) continue;
        this.#exhausted(error);
        await new Promise((resolve) => setTimeout(resolve, REST_MS));
      }
    }
  }

  /** Resolves when a connection ends, or soon, when another one may be closed. */
  async #someRoom(): Promise<void> {
    this.#say(`all ${this.#connections.size} connections are in use: new ones wait`);
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GRACE_MS);
    this.#room = resolve;
    await promise;
    this.#room = undefined;
    clearTimeout(timer);
  }

  /** The process has no file descriptor left: fewer connections than now are held from here on. */
  #exhausted(error: unknown): void {
    this.#most = Math.max(LEAST_CONNECTIONS, Math.min(this.#most, Math.floor(this.#connections.size * SHARE_KEPT)));
    while (this.#connections.size > this.#most && this.#makeRoom());
    this.#say(`cannot accept a connection (${error}): at most ${this.#most} are held from now on`);
  }

  #say(text: string): void {
    const now = this.#shared.now();
    if (now - this.#reportedAt < 10_000) return;
    this.#reportedAt = now;
    this.#report(text);
  }

  #serve(conn: Deno.TcpConn): void {
    const connection = new Connection(conn, this.#shared);
    this.#connections.add(connection);
    connection.serve().then(() => this.#forget(connection));
  }

  #forget(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    this.#room?.();
    if (this.#connections.size === 0) this.#empty?.();
  }

  /**
   * Closes a connection that its client keeps waiting, by a request that does not come or an answer that it does not take: of
   * the address that holds the most, the one that has waited longest. False when there is none that has had its chance.
   */
  #makeRoom(): boolean {
    const held = new Map<string, number>();
    for (const { address } of this.#connections) held.set(address, (held.get(address) ?? 0) + 1);
    const now = this.#shared.now();
    let worst: Connection | undefined;
    let worstSince = 0;
    for (const connection of this.#connections) {
      const { stage, sending, closed, address } = connection;
      const answering = stage === "answer";
      const since = answering ? sending : connection.since;
      if (closed || since > now - (answering ? SLOW_READER_MS : GRACE_MS)) continue;
      const more = worst === undefined ? 1 : held.get(address)! - held.get(worst.address)!;
      if (more > 0 || (more === 0 && since < worstSince)) [worst, worstSince] = [connection, since];
    }
    if (worst === undefined) return false;
    worst.close();
    this.#forget(worst);
    return true;
  }

  #sweep(): void {
    const now = this.#shared.now();
    for (const connection of this.#connections) if (connection.deadline <= now) connection.expire();
  }
}

function waits({ stage }: Connection): boolean {
  return stage === "idle" || stage === "head";
}
