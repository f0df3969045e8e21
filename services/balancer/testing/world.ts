import { silentLogger } from "../../lib/telemetry/mod.ts";
import { type BalancerDeps, type BalancerOptions, start } from "../start.ts";

/** Latin-1 text as bytes: what a test writes to a socket. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) data[i] = text.charCodeAt(i);
  return data;
}

/** A socket that a test reads as text. */
export class Peer implements AsyncDisposable {
  readonly conn: Deno.TcpConn;
  /** What arrived and was not taken yet. */
  text = "";
  ended = false;

  constructor(conn: Deno.TcpConn) {
    this.conn = conn;
  }

  static async connect(port: number): Promise<Peer> {
    return new Peer(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  async send(text: string | Uint8Array): Promise<void> {
    const data = typeof text === "string" ? bytes(text) : text;
    for (let sent = 0; sent < data.length;) sent += await this.conn.write(data.subarray(sent));
  }

  /** Reads until `done` holds or the peer ends; a reset counts as an end. */
  async #until(done: () => boolean): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    while (!done() && !this.ended) {
      const read = await this.conn.read(buffer).catch(() => null);
      if (read === null) this.ended = true;
      else this.text += String.fromCharCode(...buffer.subarray(0, read));
    }
  }

  /** Takes everything up to and with `mark`; what there is when the peer ends first. */
  async upTo(mark: string): Promise<string> {
    await this.#until(() => this.text.includes(mark));
    const at = this.text.indexOf(mark);
    return this.#take(at < 0 ? this.text.length : at + mark.length);
  }

  /** Takes `size` bytes, or what there is when the peer ends first. */
  async exactly(size: number): Promise<string> {
    await this.#until(() => this.text.length >= size);
    return this.#take(size);
  }

  /** Takes everything until the peer ends. */
  async rest(): Promise<string> {
    await this.#until(() => false);
    return this.#take(this.text.length);
  }

  /** Takes one message with a Content-Length, chunks or no body. */
  async message(): Promise<string> {
    const head = await this.upTo("\r\n\r\n");
    const length = /^content-length: *(\d+)/im.exec(head)?.[1];
    if (length !== undefined) return head + await this.exactly(Number(length));
    if (/^transfer-encoding: *chunked/im.test(head)) return head + await this.upTo("0\r\n\r\n");
    return head;
  }

  #take(size: number): string {
    const taken = this.text.slice(0, size);
    this.text = this.text.slice(size);
    return taken;
  }

  close(): void {
    try {
      this.conn.close();
    } catch {
      // Closed already.
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

/** A backend that does with each connection what the test says. */
export class RawBackend implements AsyncDisposable {
  readonly port: number;
  /** Connections accepted. */
  accepted = 0;
  readonly #listener: Deno.TcpListener;
  readonly #open = new Set<Peer>();
  readonly #accepting: Promise<void>;
  #closed = false;

  constructor(onConnection: (peer: Peer, nth: number) => Promise<void>, port = 0) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.port = this.#listener.addr.port;
    this.#accepting = this.#accept(onConnection);
  }

  get id(): string {
    return `127.0.0.1:${this.port}`;
  }

  async #accept(onConnection: (peer: Peer, nth: number) => Promise<void>): Promise<void> {
    const work: Promise<void>[] = [];
    while (!this.#closed) {
      let conn: Deno.TcpConn;
      try {
        conn = await this.#listener.accept();
      } catch {
        // The listener was closed, or a peer went before it was accepted.
        continue;
      }
      const peer = new Peer(conn);
      this.#open.add(peer);
      const done = onConnection(peer, this.accepted++).catch(() => {}).then(() => {
        peer.close();
        this.#open.delete(peer);
      });
      work.push(done);
    }
    await Promise.all(work);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#listener.close();
    for (const peer of this.#open) peer.close();
    await this.#accepting;
  }
}

/** A backend that gives `answer` to every request, and keeps the requests; probes are answered and left out. */
export class Recorder extends RawBackend {
  readonly requests: string[];

  constructor(answer: string | ((request: string) => string) = ok("hello"), port = 0) {
    const requests: string[] = [];
    super(async (peer) => {
      for (;;) {
        const request = await peer.message();
        if (request === "") return;
        if (request.startsWith("GET /healthz ")) {
          await peer.send(ok("alive"));
          continue;
        }
        requests.push(request);
        await peer.send(typeof answer === "string" ? answer : answer(request));
      }
    }, port);
    this.requests = requests;
  }
}

/** A 200 with `body`. */
export function ok(body: string, headers = ""): string {
  return `HTTP/1.1 200 OK\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** A balancer in front of `backends`, with no manager and no probes in the way. */
export async function balancer(
  backends: readonly { readonly id: string }[],
  options: Partial<BalancerOptions> = {},
  deps: BalancerDeps = {},
): Promise<{ readonly port: number } & AsyncDisposable> {
  const running = await start({
    hostname: "127.0.0.1",
    port: 0,
    managerUrl: "http://127.0.0.1:1",
    refreshSec: 60,
    backends: backends.map((backend) => backend.id),
    connectTimeoutSec: 2,
    readTimeoutSec: 10,
    probeSec: 60,
    drainMs: 2_000,
    ...options,
  }, { log: silentLogger, ...deps });
  return { port: running.addr.port, [Symbol.asyncDispose]: () => running.stop() };
}

/** Sends `request` on a connection of its own, ends the sending side, and takes the whole answer. */
export async function ask(port: number, request: string): Promise<string> {
  await using peer = await Peer.connect(port);
  await peer.send(request);
  await peer.conn.closeWrite();
  return await peer.rest();
}

/** A request's bytes. */
export function get(path: string, headers = ""): string {
  return `GET ${path} HTTP/1.1\r\nHost: shop\r\n${headers}\r\n`;
}

/** A port on which nobody listens. */
export function deadPort(): { readonly id: string; readonly port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return { id: `127.0.0.1:${port}`, port };
}
