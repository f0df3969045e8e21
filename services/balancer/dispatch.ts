import { Attempts } from "./attempts.ts";
import type { Backend, BackendConnection } from "./backend.ts";
import type { Downstream } from "./downstream.ts";
import type { Inbound } from "./inbound.ts";
import type { Proxy } from "./proxy.ts";
import { upload } from "./upload.ts";

/**
 * A request that may not be sent twice takes no connection that was idle for longer, in milliseconds: a backend that
 * closes it at that moment would cost the request.
 */
const FRESH_IDLE_MS = 500;
/** How long a request may wait for a backend with room, in milliseconds. */
const QUEUE_MS = 10_000;

const NO_BACKENDS: readonly string[] = [];

/** One request's way to a backend. */
export class Dispatch {
  /** The current attempt. */
  connection: BackendConnection | undefined;
  /** The client's connection broke: attempts from now on end at once. */
  clientGone = false;
  /** Failures so far; undefined without any. */
  attempts: Attempts | undefined;
  readonly #proxy: Proxy;
  readonly #client: Downstream;
  readonly #inbound: Inbound;
  /** The chosen backend, if it had no idle connection. */
  #picked: Backend | undefined;

  constructor(proxy: Proxy, of: { readonly client: Downstream; readonly inbound: Inbound }) {
    this.#proxy = proxy;
    this.#client = of.client;
    this.#inbound = of.inbound;
  }

  /** Backends that failed. */
  get tried(): readonly string[] {
    return this.attempts?.tried ?? NO_BACKENDS;
  }

  /** The failures, to add to. */
  failures(): Attempts {
    return this.attempts ??= new Attempts(this.#proxy);
  }

  /**
   * Sends the request at once, if all of it is here and a connection waits for it: that connection, whose answer goes to
   * the exchange's `tryRelay`. The usual case has no promise but those of the sockets.
   */
  trySend(): BackendConnection | undefined {
    const { pool, budget, clock } = this.#proxy;
    const { body, bytes, movable } = this.#inbound;
    budget.request(clock.coarse);
    if (!body.done && body.pull(this.#client.reader, bytes) !== "done") return;
    this.#client.listen();
    const backend = pool.pick(NO_BACKENDS, clock.coarse);
    if (backend === undefined || backend === "full") return;
    const connection = backend.takeIdle(clock.coarse, movable ? Infinity : FRESH_IDLE_MS);
    if (connection === undefined) this.#picked = backend;
    else this.#send(connection);
    return connection;
  }

  /** Sends the request to the first backend that takes it; undefined when none does. */
  async dispatch(): Promise<BackendConnection | undefined> {
    const { pool, capacityQueue, clock } = this.#proxy;
    for (;;) {
      const backend = this.#picked ?? pool.pick(this.attempts?.excluded ?? NO_BACKENDS, clock.precise());
      this.#picked = undefined;
      if (backend === undefined) return;
      if (backend === "full") {
        if (await capacityQueue.wait(QUEUE_MS)) continue;
        this.failures().overloaded = true;
        return;
      }
      const idle = backend.takeIdle(clock.precise(), this.#inbound.movable ? Infinity : FRESH_IDLE_MS);
      const connection = idle ?? await this.#connect(backend);
      if (connection === undefined) continue;
      this.#send(connection);
      return connection;
    }
  }

  async #connect(backend: Backend): Promise<BackendConnection | undefined> {
    const { timeouts, capacityQueue, clock } = this.#proxy;
    try {
      const connection = await backend.connect(timeouts.connectMs, clock.coarse);
      if (capacityQueue.length > 0) capacityQueue.next();
      return connection;
    } catch (error) {
      if (capacityQueue.length > 0) capacityQueue.next();
      this.failures().connectFailed(backend, error);
      return undefined;
    }
  }

  #send(connection: BackendConnection): void {
    const inbound = this.#inbound;
    const { timeouts } = this.#proxy;
    this.connection = connection;
    connection.begin(inbound.movable);
    if (this.clientGone) connection.end("client_gone");
    else if (inbound.body.done) {
      inbound.uploaded = true;
      connection.await(timeouts.readMs);
      connection.send(inbound.bytes.view());
    } else upload(inbound, this.#client, connection, timeouts.readMs);
  }

  /** The backend's response is complete or failed: frees its slot for the next request. */
  settle(connection: BackendConnection): void {
    const { capacityQueue } = this.#proxy;
    if (connection.settle() && capacityQueue.length > 0) capacityQueue.next();
  }
}
