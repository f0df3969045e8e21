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
const FRESH_MS = 500;
/** How long a request may wait for a backend with room, in milliseconds. */
const QUEUE_MS = 10_000;

const NOBODY: readonly string[] = [];

/** One request's way to a backend. */
export class Dispatch {
  /** The attempt under way. */
  upstream: BackendConnection | undefined;
  /** The client's connection broke: what is sent from now on ends at once. */
  clientGone = false;
  /** What went wrong so far; undefined as long as nothing did. */
  attempts: Attempts | undefined;
  readonly #proxy: Proxy;
  readonly #client: Downstream;
  readonly #inbound: Inbound;
  /** Whose turn it is, when no connection to it was at hand. */
  #picked: Backend | undefined;

  constructor(proxy: Proxy, of: { readonly client: Downstream; readonly inbound: Inbound }) {
    this.#proxy = proxy;
    this.#client = of.client;
    this.#inbound = of.inbound;
  }

  /** Backends that failed. */
  get tried(): readonly string[] {
    return this.attempts?.tried ?? NOBODY;
  }

  /** What went wrong, to be added to. */
  failures(): Attempts {
    return this.attempts ??= new Attempts(this.#proxy);
  }

  /**
   * Sends the request at once, if all of it is here and a connection waits for it: that connection, whose answer goes to
   * the exchange's `answerAtOnce`. The usual case has no promise but those of the sockets.
   */
  atOnce(): BackendConnection | undefined {
    const { pool, budget, sweptAt } = this.#proxy;
    const { body, bytes, movable } = this.#inbound;
    budget.request(sweptAt);
    if (!body.done && body.pull(this.#client.reader, bytes) !== "done") return;
    this.#client.listen();
    const backend = pool.pick(NOBODY, sweptAt);
    if (backend === undefined || backend === "full") return;
    const upstream = backend.takeIdle(sweptAt, movable ? Infinity : FRESH_MS);
    if (upstream === undefined) this.#picked = backend;
    else this.#send(upstream);
    return upstream;
  }

  /** Sends the request to the first backend that takes it; undefined when none does. */
  async somewhere(): Promise<BackendConnection | undefined> {
    const { pool, queue, now } = this.#proxy;
    for (;;) {
      const backend = this.#picked ?? pool.pick(this.attempts?.barred ?? NOBODY, now());
      this.#picked = undefined;
      if (backend === undefined) return;
      if (backend === "full") {
        if (await queue.wait(QUEUE_MS)) continue;
        this.failures().overloaded = true;
        return;
      }
      const idle = backend.takeIdle(now(), this.#inbound.movable ? Infinity : FRESH_MS);
      const upstream = idle ?? await this.#connect(backend);
      if (upstream === undefined) continue;
      this.#send(upstream);
      return upstream;
    }
  }

  async #connect(backend: Backend): Promise<BackendConnection | undefined> {
    const { timeouts, queue, sweptAt } = this.#proxy;
    try {
      const upstream = await backend.connect(timeouts.connectMs, sweptAt);
      if (queue.length > 0) queue.next();
      return upstream;
    } catch (error) {
      if (queue.length > 0) queue.next();
      this.failures().connectFailed(backend, error);
      return undefined;
    }
  }

  #send(upstream: BackendConnection): void {
    const inbound = this.#inbound;
    const { timeouts } = this.#proxy;
    this.upstream = upstream;
    upstream.begin(inbound.movable);
    if (this.clientGone) upstream.end("client_gone");
    else if (inbound.body.done) {
      inbound.uploaded = true;
      upstream.await(timeouts.readMs);
      upstream.send(inbound.bytes.view());
    } else upload(inbound, this.#client, upstream, timeouts.readMs);
  }

  /** The backend does not owe an answer any more: lets the next one have its room. */
  settle(upstream: BackendConnection): void {
    const { queue } = this.#proxy;
    if (upstream.settle() && queue.length > 0) queue.next();
  }
}
