import { type Connect, Connection, type Exchange, type Origin, type Outcome } from "./connection.ts";
import { Supply } from "../lib/connections/mod.ts";
import { openSocket } from "./socket.ts";
import type { PlannedRequest } from "./requests.ts";

/** Sends requests; never rejects. */
export interface Transport {
  send(request: PlannedRequest): Promise<Outcome>;
  /** Opens this many connections before the first requests; failures show in those requests. */
  open?(count: number): Promise<void>;
  /** Requests sent a second time, because a kept-alive connection turned out to be closed. */
  readonly resent: number;
  /** Ends every request in flight as `interrupted` and closes all connections. */
  close(): void;
}

/** What a transport needs. */
export interface TransportOptions {
  /** Base URL; its path is put before each request's. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly userAgent: string;
}

/** What a transport uses of the world. */
export interface TransportDeps {
  readonly connect?: Connect;
  readonly now?: () => number;
  readonly setTimeout?: (call: () => void, ms: number) => number;
  readonly clearTimeout?: (timer: number) => void;
}

interface InFlight {
  readonly deadlineMs: number;
  connection: Connection | undefined;
  settle: ((outcome: Outcome) => void) | undefined;
}

/**
 * HTTP/1.1 over as many kept-alive sockets as there are requests in flight. On one core it sends three to four times
 * as many requests as `fetch` does, which leaves the schedule undisturbed.
 */
export function createTransport(options: TransportOptions, deps: TransportDeps = {}): Transport {
  const {
    connect = openSocket,
    now = () => performance.now(),
    setTimeout: startTimer = (call, ms) => globalThis.setTimeout(call, ms),
    clearTimeout: stopTimer = (timer) => globalThis.clearTimeout(timer),
  } = deps;
  const base = new URL(options.url);
  const origin = originOf(base);
  const prefix = base.pathname.replace(/(?<!\/)\/+$/, "");
  const headers = `host: ${base.host}\r\nuser-agent: ${options.userAgent}\r\naccept: */*\r\n`;
  const idle: Connection[] = [];
  const open = new Set<Connection>();
  const supply = new Supply<Connection>({ open: freshConnection, spare: put });
  // In order of their deadlines, because all have the same timeout.
  const waiting: InFlight[] = [];
  let timer: number | undefined;
  let resent = 0;
  let closed = false;

  function textOf({ method, path, body }: PlannedRequest): string {
    const line = `${method} ${prefix}${path} HTTP/1.1\r\n${headers}`;
    if (body === undefined) return `${line}\r\n`;
    return `${line}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  }

  async function freshConnection(): Promise<Connection> {
    const connection: Connection = new Connection(await connect(origin), () => {
      open.delete(connection);
      const at = idle.indexOf(connection);
      if (at >= 0) idle.splice(at, 1);
    });
    open.add(connection);
    return connection;
  }

  /** Takes a ready connection: for a waiting request, or to keep. */
  function put(connection: Connection): void {
    connection.reused = true;
    if (closed) connection.close();
    else if (!connection.closed && !supply.give(connection)) idle.push(connection);
  }

  async function exchange(request: string, flight: InFlight): Promise<Exchange> {
    let connection: Connection;
    try {
      connection = idle.pop() ?? await supply.wait().promise;
      const { reused } = connection;
      const result = await exchangeOn(connection, request, flight);
      // The other side closed it while it was kept. GET and PUT may be sent again (RFC 9110, 9.2.2).
      if (!reused || !("failure" in result) || !result.untouched || flight.settle === undefined) return result;
      resent++;
      // Another idle one might be closed as well.
      connection = await freshConnection();
    } catch (error) {
      return { failure: error instanceof Deno.errors.ConnectionRefused ? "refused" : "unreachable" };
    }
    return await exchangeOn(connection, request, flight);
  }

  async function exchangeOn(connection: Connection, request: string, flight: InFlight): Promise<Exchange> {
    if (flight.settle === undefined) {
      // Its time ran out while it waited; the connection is good for another.
      put(connection);
      return { failure: "timeout" };
    }
    flight.connection = connection;
    const result = await connection.exchange(request);
    put(connection);
    return result;
  }

  function finish(flight: InFlight, outcome: Outcome): void {
    const settle = flight.settle;
    flight.settle = undefined;
    settle?.(outcome);
    while (waiting.length > 0 && waiting[0]!.settle === undefined) waiting.shift();
  }

  function expire(): void {
    timer = undefined;
    while (waiting.length > 0 && waiting[0]!.deadlineMs <= now()) {
      const flight = waiting[0]!;
      const connection = flight.connection;
      finish(flight, { failure: "timeout" });
      connection?.close({ failure: "timeout" });
    }
    watch();
  }

  function watch(): void {
    if (timer !== undefined || waiting.length === 0) return;
    timer = startTimer(expire, Math.max(1, Math.ceil(waiting[0]!.deadlineMs - now())));
  }

  return {
    get resent() {
      return resent;
    },
    async open(count) {
      const opening = Array.from({ length: count }, async () => put(await freshConnection()));
      await Promise.allSettled(opening);
    },
    send(request) {
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      const flight: InFlight = { deadlineMs: now() + options.timeoutMs, connection: undefined, settle: resolve };
      waiting.push(flight);
      watch();
      exchange(textOf(request), flight).then((outcome) => finish(flight, outcome));
      return promise;
    },
    close() {
      closed = true;
      if (timer !== undefined) stopTimer(timer);
      for (const flight of waiting.splice(0)) finish(flight, { failure: "interrupted" });
      for (const connection of [...open]) connection.close({ failure: "interrupted" });
    },
  };
}

function originOf(base: URL): Origin {
  const tls = base.protocol === "https:";
  return {
    hostname: base.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: base.port === "" ? (tls ? 443 : 80) : Number(base.port),
    tls,
  };
}
