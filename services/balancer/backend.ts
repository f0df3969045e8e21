import { Health, type HealthRules, type Surroundings } from "./health.ts";
import { Upstream } from "./upstream.ts";
import { Watch } from "./watch.ts";
import { ascii } from "./wire/mod.ts";

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

/** How many idle connections are kept to one backend. */
const MAX_IDLE = 256;
/** A connection that was idle for longer is closed, in milliseconds. */
const IDLE_MS = 30_000;
/** Connections to one backend that may be under way at once: a new instance is not met with thousands. */
const MAX_CONNECTING = 64;

/** One backend: its connections, its load and its health. */
export class Backend implements Endpoint {
  readonly url: string;
  readonly id: string;
  readonly hostname: string;
  readonly port: number;
  readonly health: Health;
  /** `X-LB-Backend: host:port`, with its line end. */
  readonly line: Uint8Array;
  /** The manager took it away: no new requests, those in flight finish. */
  draining = false;
  /** Requests that wait for it: for a connection, or, sent in full, for its first byte. */
  waiting = 0;
  /** Its place in the smooth round robin. */
  turn = 0;
  /** Requests in flight, each on its connection. */
  readonly busy: Set<Upstream> = new Set();
  /** Of its last answers, how many were 5xx, as a moving average from 0 to 1. */
  errorShare = 0;
  /** It owes answers and gives none: until that is looked into, others are better. */
  suspect = false;
  readonly #idle: Upstream[] = [];
  readonly #opening: Set<{ readonly watch: Watch; readonly abort: AbortController }> = new Set();
  #answers = 0;
  #answersSeen = 0;
  #silentSince: number | undefined;

  constructor(endpoint: Endpoint, rules: HealthRules, surroundings: Surroundings) {
    this.url = endpoint.url;
    this.id = endpoint.id;
    this.hostname = endpoint.hostname;
    this.port = endpoint.port;
    this.health = new Health(rules, surroundings);
    this.line = ascii(`X-LB-Backend: ${endpoint.id}\r\n`);
  }

  /** The connection that was idle for the shortest time, if that was less than `maxIdleMs`. */
  takeIdle(now: number, maxIdleMs: number): Upstream | undefined {
    for (;;) {
      const upstream = this.#idle.at(-1);
      if (upstream === undefined || now - upstream.idleSince >= maxIdleMs) return undefined;
      this.#idle.pop();
      if (!upstream.fresh) {
        upstream.close();
        continue;
      }
      this.busy.add(upstream);
      return upstream;
    }
  }

  /** Whether another request has to wait: `maxWaiting` do, or as many connections as may be are being opened. */
  full(maxWaiting: number): boolean {
    return this.waiting >= maxWaiting || (this.#opening.size >= MAX_CONNECTING && this.#idle.length === 0);
  }

  /**
   * Opens a connection.
   *
   * @throws when the backend refuses, or did not answer within `timeoutMs` (a {@linkcode Deno.errors.TimedOut}).
   */
  async connect(timeoutMs: number): Promise<Upstream> {
    const abort = new AbortController();
    const opening = { watch: new Watch(), abort };
    opening.watch.set(timeoutMs);
    this.#opening.add(opening);
    this.waiting++;
    try {
      const conn = await Deno.connect({ hostname: this.hostname, port: this.port, signal: abort.signal });
      conn.setNoDelay(true);
      const upstream = new Upstream(this, conn);
      this.busy.add(upstream);
      return upstream;
    } catch (cause) {
      if (!abort.signal.aborted) throw cause;
      throw new Deno.errors.TimedOut(`${this.id} accepted no connection within ${timeoutMs} ms`, { cause });
    } finally {
      this.waiting--;
      this.#opening.delete(opening);
    }
  }

  /** Takes in that it answered with `status` at `now`; `pool` knows how the others do. */
  answered(status: number, now: number, pool: { mayGoOut(backend: Backend): boolean }): void {
    this.#answers++;
    this.errorShare += ((status >= 500 ? 1 : 0) - this.errorShare) / 16;
    if (this.health.answered(status, now) && pool.mayGoOut(this)) this.health.serverErrors(now);
  }

  /** One sweep at `now`: ends what takes too long. */
  sweep(now: number): void {
    for (const { watch, abort } of this.#opening) if (watch.expired(now)) abort.abort();
    for (const upstream of this.busy) if (upstream.watch.expired(now)) upstream.end("timeout");
  }

  /** For how long it has owed answers and given none, in milliseconds; asked at each sweep. */
  silentMs(now: number): number {
    if (this.waiting > 0 && this.#answers === this.#answersSeen && this.#silentSince !== undefined) {
      return now - this.#silentSince;
    }
    this.#answersSeen = this.#answers;
    this.#silentSince = now;
    this.suspect = false;
    return 0;
  }

  /** There was a sign of life: what it owes is counted anew. */
  heard(): void {
    this.#silentSince = undefined;
    this.suspect = false;
  }

  /** Keeps a connection whose exchange is complete for the next request. */
  release(upstream: Upstream, now: number): void {
    this.busy.delete(upstream);
    if (this.draining || this.#idle.length >= MAX_IDLE) return upstream.close();
    this.#idle.push(upstream);
    upstream.rest(now);
  }

  /** Forgets a connection, which the caller closes or has closed. */
  forget(upstream: Upstream): void {
    this.busy.delete(upstream);
    const place = this.#idle.indexOf(upstream);
    if (place >= 0) this.#idle.splice(place, 1);
  }

  /** Closes what was idle for too long; all of it with `all`. */
  closeIdle(now: number, all = false): void {
    while (this.#idle.length > 0 && (all || now - this.#idle[0]!.idleSince >= IDLE_MS)) this.#idle.shift()!.close();
  }
}
