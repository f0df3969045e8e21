import { Hono } from "hono";
import { callOf, clientOf } from "../../lib/access/mod.ts";
import { ApiError } from "../../lib/http/mod.ts";
import type { Change, Store } from "../incidents/mod.ts";

// Interval that keeps proxies from closing a quiet stream, and how often a busy one gets an event.
const KEEP_ALIVE_MS = 15_000;
const GATHER_MS = 100;
const MAX_LISTENERS = 256;
const MAX_OF_ONE = 64;

/** Sends changes to browsers and command lines as server-sent events. */
export class EventStreams {
  readonly #store: Store;
  readonly #streams = new Set<Stream>();
  #unsubscribe: () => void;

  constructor(store: Store) {
    this.#store = store;
    this.#unsubscribe = this.#store.subscribe((change) => {
      for (const stream of this.#streams) stream.note(change);
    });
  }

  /**
   * `GET /api/events`: an `incident` event with `{id}` for each incident that changed, an `agent` event for changes of
   * the queue and the outbox. Changes within a tenth of a second are told as one: what counts is read from the API.
   */
  routes(): Hono {
    return new Hono().get("/api/events", (c) => {
      const client = clientOf(callOf(c));
      const own = [...this.#streams].filter((stream) => stream.client === client);
      if (own.length >= MAX_OF_ONE) {
        throw new ApiError(
          429,
          "too_many_listeners",
          `${MAX_OF_ONE} of your listeners are connected: close some first.`,
        );
      }
      if (this.#streams.size >= MAX_LISTENERS) this.#makeRoom();
      const stream = new Stream(client, () => this.#streams.delete(stream));
      this.#streams.add(stream);
      return new Response(stream.body, {
        headers: { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" },
      });
    });
  }

  /** Ends the oldest stream of the address that has the most. */
  #makeRoom(): void {
    const held = new Map<string, Stream[]>();
    for (const stream of this.#streams) held.set(stream.client, [...held.get(stream.client) ?? [], stream]);
    const [most] = [...held.values()].sort((a, b) => b.length - a.length);
    most?.[0]?.close();
  }

  /** How many listen. */
  get size(): number {
    return this.#streams.size;
  }

  /** Ends every stream, so that a server that stops need not wait for them. */
  close(): void {
    this.#unsubscribe();
    for (const stream of [...this.#streams]) stream.close();
  }
}

class Stream {
  /** The address that it is for. */
  readonly client: string;
  readonly body: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #onClose: () => void;
  readonly #incidents = new Set<string>();
  #agent = false;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #keepAlive: ReturnType<typeof setInterval>;

  constructor(client: string, onClose: () => void) {
    this.client = client;
    this.#onClose = onClose;
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#flush(),
      cancel: () => this.#end(),
    });
    this.#send("retry: 2000\n: connected\n\n");
    this.#keepAlive = setInterval(() => this.#hasRoom() && this.#send(": alive\n\n"), KEEP_ALIVE_MS);
  }

  note(change: Change): void {
    if (change.incident_id === null) this.#agent = true;
    else this.#incidents.add(change.incident_id);
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#flush();
    }, GATHER_MS);
  }

  close(): void {
    this.#end();
    this.#controller.close();
  }

  /** A slow listener gets nothing until it reads; changes in the meantime become one event. */
  #flush(): void {
    if (this.#gathering !== undefined || !this.#hasRoom()) return;
    let text = "";
    for (const id of this.#incidents) text += `event: incident\ndata: ${JSON.stringify({ id })}\n\n`;
    if (this.#agent) text += "event: agent\ndata: {}\n\n";
    this.#incidents.clear();
    this.#agent = false;
    if (text !== "") this.#send(text);
  }

  #hasRoom(): boolean {
    return (this.#controller.desiredSize ?? 0) > 0;
  }

  #send(text: string): void {
    this.#controller.enqueue(this.#encoder.encode(text));
  }

  #end(): void {
    clearTimeout(this.#gathering);
    clearInterval(this.#keepAlive);
    this.#onClose();
  }
}
