import { Bag } from "./bag.ts";
import { Connections } from "./connections.ts";
import { Health, type HealthDeps, type HealthRules } from "./health.ts";
import { PooledConnection } from "./pooled_connection.ts";
import { ascii } from "../lib/http1/mod.ts";

/** Where a backend listens. */
export interface Endpoint {
  /** `http://host:port`. */
  readonly url: string;
  /** `host:port`. */
  readonly id: string;
  readonly hostname: string;
  readonly port: number;
}

/** The backend at `url`: `http://host:port`, or `host:port` alone; undefined when it is neither. */
export function parseEndpoint(url: string): Endpoint | undefined {
  const text = url.includes("://") ? url : `http://${url}`;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed?.protocol !== "http:" || parsed.hostname === "" || parsed.username !== "") return undefined;
  if (parsed.pathname !== "/" || parsed.search !== "" || parsed.hash !== "") return undefined;
  const port = parsed.port === "" ? 80 : Number(parsed.port);
  const id = `${parsed.hostname}:${port}`;
  return { url: `http://${id}`, id, hostname: parsed.hostname.replace(/^\[|\]$/g, ""), port };
}

/** A connection to a backend. */
export type BackendConnection = PooledConnection<Backend>;

/** One backend: its connections, its load and its health. */
export class Backend implements Endpoint {
  readonly url: string;
  readonly id: string;
  readonly hostname: string;
  readonly port: number;
  readonly health: Health;
  /** `X-LB-Backend: host:port`, with its line end. */
  readonly line: Uint8Array;
  /** The manager removed it: no new requests, those in flight finish. */
  draining = false;
  /** Requests that wait for it: for a connection, or, sent in full, for its first byte. */
  waiting = 0;
  /** Its place in the smooth round robin. */
  turn = 0;
  /** Requests in flight, each on its connection; those that still wait for one are in `waiting`, which overlaps with this. */
  readonly busy: Bag<BackendConnection> = new Bag();
  /** Of its last answers, how many were 5xx, as a moving average from 0 to 1. */
  errorShare = 0;
  /** It has pending requests and answers none: until it is probed, others are preferred. */
  suspect = false;
  readonly #connections: Connections<BackendConnection> = new Connections<BackendConnection>(
    (signal) => this.#open(signal),
    () => !this.draining,
  );
  #answers = 0;
  #answersSeen = 0;
  #silentSince: number | undefined;

  constructor(endpoint: Endpoint, rules: HealthRules, deps: HealthDeps) {
    this.url = endpoint.url;
    this.id = endpoint.id;
    this.hostname = endpoint.hostname;
    this.port = endpoint.port;
    this.health = new Health(rules, deps);
    this.line = ascii(`X-LB-Backend: ${endpoint.id}\r\n`);
  }

  /** The connection that was idle for the shortest time, if that was less than `maxIdleMs`. */
  takeIdle(now: number, maxIdleMs: number): BackendConnection | undefined {
    const connection = this.#connections.take(now, maxIdleMs);
    if (connection !== undefined) this.busy.add(connection);
    return connection;
  }

  /**
   * Waits for a connection: the first one that becomes idle or opens.
   *
   * @throws when the backend refuses, or there is none within `timeoutMs` (a {@linkcode Deno.errors.TimedOut}).
   */
  async connect(timeoutMs: number, now: number): Promise<BackendConnection> {
    this.waiting++;
    try {
      const connection = await this.#connections.wait(timeoutMs, now);
      this.busy.add(connection);
      return connection;
    } catch (cause) {
      if (!(cause instanceof Deno.errors.TimedOut)) throw cause;
      throw new Deno.errors.TimedOut(`${this.id} accepted no connection within ${timeoutMs} ms`, { cause });
    } finally {
      this.waiting--;
    }
  }

  /** Records a response with `status` at `now`; `pool` knows the state of the others. */
  answered(status: number, now: number, pool: { mayGoOut(backend: Backend): boolean }): void {
    this.#answers++;
    this.errorShare += ((status >= 500 ? 1 : 0) - this.errorShare) / 16;
    if (this.health.answered(status, now) && pool.mayGoOut(this)) this.health.serverErrors(now);
  }

  /** One sweep at `now`: ends what takes too long. */
  sweep(now: number): void {
    this.#connections.sweep(now);
    for (const connection of this.busy) if (connection.deadline.expired(now)) connection.end("timeout");
  }

  /** How long it has had pending requests without any response, in milliseconds; read at each sweep. */
  silentMs(now: number): number {
    if (this.waiting > 0 && this.#answers === this.#answersSeen && this.#silentSince !== undefined) {
      return now - this.#silentSince;
    }
    this.#answersSeen = this.#answers;
    this.#silentSince = now;
    this.suspect = false;
    return 0;
  }

  /** It sent something: the silence counts from zero again. */
  markAlive(): void {
    this.#silentSince = undefined;
    this.suspect = false;
  }

  /** Keeps a connection whose exchange is complete for the next request. */
  release(connection: BackendConnection, now: number): void {
    this.busy.delete(connection);
    if (!this.#connections.put(connection, now)) connection.close();
  }

  /** Forgets a connection, which the caller closes or has closed. */
  forget(connection: BackendConnection): void {
    this.busy.delete(connection);
    this.#connections.forget(connection);
  }

  /** Closes what was idle for too long; all of it with `all`. */
  closeIdle(now: number, all = false): void {
    this.#connections.closeIdle(now, all);
  }

  async #open(signal: AbortSignal): Promise<BackendConnection> {
    const conn = await Deno.connect({ hostname: this.hostname, port: this.port, signal });
    conn.setNoDelay(true);
    return new PooledConnection(this, conn);
  }
}
