import assert from "node:assert/strict";
import { runTraffic } from "./run.ts";
import { defaultOptions } from "./settings.ts";
import { openSocket } from "./socket.ts";
import { createTransport } from "./transport.ts";
import { decodeFromCompressedBase64 } from "hdr-histogram-js";

interface TcpServer {
  readonly url: string;
  /** Connections accepted so far. */
  readonly accepted: () => number;
  stop(): Promise<void>;
}

/** A TCP server that handles the `n`-th connection as given, and closes it afterwards. */
function tcpServer(treat: (socket: Deno.TcpConn, n: number) => Promise<void>): TcpServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const sockets = new Set<Deno.TcpConn>();
  const ends: Promise<void>[] = [];
  let accepted = 0;
  const accepting = (async () => {
    for await (const socket of listener) {
      sockets.add(socket);
      ends.push(
        treat(socket, accepted++).catch(() => {}).finally(() => {
          sockets.delete(socket);
          try {
            socket.close();
          } catch { /* closed by the test */ }
        }),
      );
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    accepted: () => accepted,
    async stop() {
      listener.close();
      for (const socket of sockets) socket.close();
      await accepting;
      await Promise.all(ends);
    },
  };
}

const answer = new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
const get = { method: "GET", path: "/items/1" } as const;

async function readRequest(socket: Deno.TcpConn): Promise<string> {
  const buffer = new Uint8Array(65_536);
  const count = await socket.read(buffer);
  if (count === null) throw new Error("closed");
  return new TextDecoder().decode(buffer.subarray(0, count));
}

function transportTo(url: string, timeoutMs = 30_000) {
  return createTransport({ url, timeoutMs, userAgent: "test" });
}

Deno.test("Transport.send() sends whole requests under the base path and keeps the connection", async () => {
  const seen: string[] = [];
  const server = tcpServer(async (socket) => {
    for (;;) {
      seen.push(await readRequest(socket));
      await socket.write(answer);
    }
  });
  const transport = transportTo(`${server.url}/base`);
  assert.deepEqual(await transport.send(get), { status: 200 });
  assert.deepEqual(await transport.send({ method: "PUT", path: "/items/2", body: '{"a":1}' }), { status: 200 });
  assert.equal(server.accepted(), 1);
  assert.match(seen[0]!, /^GET \/base\/items\/1 HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n[^]*\r\n\r\n$/);
  assert.match(seen[1]!, /^PUT \/base\/items\/2 [^]*content-length: 7\r\n\r\n\{"a":1\}$/);
  transport.close();
  await server.stop();
});

Deno.test("Transport.send() opens a connection for each request in flight", async () => {
  const all = Promise.withResolvers<void>();
  const server = tcpServer(async (socket, n) => {
    await readRequest(socket);
    if (n === 9) all.resolve();
    await all.promise;
    await socket.write(answer);
    await readRequest(socket);
  });
  const transport = transportTo(server.url);
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => transport.send(get)));
  assert.deepEqual(outcomes, Array.from({ length: 10 }, () => ({ status: 200 })));
  transport.close();
  await server.stop();
});

Deno.test("Transport.send() sends again on a new connection when the kept one was closed", async () => {
  const server = tcpServer(async (socket, n) => {
    await readRequest(socket);
    await socket.write(answer);
    // The first connection reads the second request and closes without a byte of an answer.
    await readRequest(socket);
    if (n > 0) await socket.write(answer);
  });
  const transport = transportTo(server.url);
  assert.deepEqual(await transport.send(get), { status: 200 });
  assert.deepEqual(await transport.send(get), { status: 200 });
  assert.deepEqual([transport.resent, server.accepted()], [1, 2]);
  transport.close();
  await server.stop();
});

Deno.test("Transport.send() sends again when the connection that another request let go was closed", async () => {
  // The first connection answers once and closes at the next request; the others answer.
  const server = tcpServer(async (socket, n) => {
    for (let i = 0; n > 0 || i === 0; i++) {
      await readRequest(socket);
      await socket.write(answer);
    }
    await readRequest(socket);
  });
  const held = Promise.withResolvers<void>();
  let opened = 0;
  const transport = createTransport({ url: server.url, timeoutMs: 30_000, userAgent: "test" }, {
    async connect(origin) {
      // The second is not open before all is over: its request takes the first one's connection.
      if (opened++ === 1) await held.promise;
      return await openSocket(origin);
    },
  });
  const outcomes = await Promise.all([transport.send(get), transport.send(get)]);
  assert.deepEqual([outcomes, transport.resent, opened], [[{ status: 200 }, { status: 200 }], 1, 3]);
  transport.close();
  held.resolve();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await server.stop();
});

Deno.test("Transport.send() fails when a new connection is closed without an answer", async () => {
  const server = tcpServer(async (socket) => {
    await readRequest(socket);
  });
  const transport = transportTo(server.url);
  const outcome = await transport.send(get);
  assert.equal("failure" in outcome && outcome.failure, "closed");
  assert.equal(server.accepted(), 1);
  transport.close();
  await server.stop();
});

Deno.test("Transport.send() fails when an answer breaks off, and when it is not HTTP", async () => {
  for (
    const [text, failure] of [["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nbroken", "closed"], [
      "hello\r\n\r\n",
      "protocol",
    ]]
  ) {
    const server = tcpServer(async (socket) => {
      await readRequest(socket);
      await socket.write(new TextEncoder().encode(text));
    });
    const transport = transportTo(server.url);
    const outcome = await transport.send(get);
    assert.equal("failure" in outcome && outcome.failure, failure);
    transport.close();
    await server.stop();
  }
});

Deno.test("Transport.send() takes an answer that comes before the whole request has left, and a new connection after", async () => {
  const server = tcpServer(async (socket, n) => {
    await readRequest(socket);
    await socket.write(n === 0 ? early : answer);
    await gone.promise;
  });
  const early = new TextEncoder().encode("HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n");
  const gone = Promise.withResolvers<void>();
  const transport = transportTo(server.url);
  const large = { method: "PUT", path: "/items/1", body: "x".repeat(32 * 2 ** 20) } as const;
  assert.deepEqual(await transport.send(large), { status: 413 });
  assert.deepEqual(await transport.send(get), { status: 200 });
  assert.equal(server.accepted(), 2);
  gone.resolve();
  transport.close();
  await server.stop();
});

Deno.test("Transport.send() says refused when nobody listens", async () => {
  const server = tcpServer(() => Promise.resolve());
  await server.stop();
  const transport = transportTo(server.url);
  assert.deepEqual(await transport.send(get), { failure: "refused" });
  transport.close();
});

Deno.test("Transport.open() opens connections that requests then use", async () => {
  const server = tcpServer(async (socket) => {
    for (;;) {
      await readRequest(socket);
      await socket.write(answer);
    }
  });
  const transport = transportTo(server.url);
  await transport.open!(3);
  await Promise.all([transport.send(get), transport.send(get), transport.send(get)]);
  assert.equal(server.accepted(), 3);
  transport.close();
  await server.stop();
});

Deno.test("Transport.open() leaves it to the requests to tell that nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const transport = transportTo(url);
  await transport.open!(2);
  assert.deepEqual(await transport.send(get), { failure: "refused" });
  transport.close();
});

Deno.test("Transport.send() gives up after the timeout and closes the connection", async () => {
  const closed = Promise.withResolvers<void>();
  const server = tcpServer(async (socket) => {
    await readRequest(socket);
    await readRequest(socket).catch(() => closed.resolve());
  });
  const transport = transportTo(server.url, 50);
  assert.deepEqual(await transport.send(get), { failure: "timeout" });
  await closed.promise;
  transport.close();
  await server.stop();
});

Deno.test("Transport.close() ends what is in flight as interrupted", async () => {
  const arrived = Promise.withResolvers<void>();
  const server = tcpServer(async (socket) => {
    await readRequest(socket);
    arrived.resolve();
    await readRequest(socket);
  });
  const transport = transportTo(server.url);
  const outcome = transport.send(get);
  await arrived.promise;
  transport.close();
  assert.deepEqual(await outcome, { failure: "interrupted" });
  await server.stop();
});

Deno.test("runTraffic() counts what a stalled origin kept waiting from the moment each request was due", async () => {
  // The origin answers nothing until the last request has arrived. Whatever the machine does, that is not before the
  // last one was due, so request i waits at least the rest of the schedule.
  const total = 50, rps = 200;
  const last = Promise.withResolvers<void>();
  let arrived = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    await request.text();
    if (++arrived === total) last.resolve();
    await last.promise;
    return new Response("ok");
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const report = await runTraffic(defaultOptions({ url, rps, duration: total / rps, timeout: 60, seed: 1 }));
  assert.equal(report.ok, total);
  const histogram = decodeFromCompressedBase64(report.histograms.latency);
  for (let i = 0; i < total; i++) {
    const atLeastUs = (total - 1 - i) / rps * 1e6 * 0.998;
    const percentile = 100 * (total - i) / total - 0.5;
    assert.ok(histogram.getValueAtPercentile(percentile) >= atLeastUs, `request ${i} of ${total}`);
  }
  await server.shutdown();
});
