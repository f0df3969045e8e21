import assert from "node:assert/strict";
import { balancer, bytes, get, ok, Peer, RawBackend, Recorder } from "./testing/world.ts";

/** Polls until `value` has not changed for a while: what is written against a full pipe. */
async function settled(value: () => number): Promise<number> {
  for (let last = -1, same = 0;;) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    same = value() === last && last > 0 ? same + 1 : 0;
    last = value();
    if (same === 6) return last;
  }
}

const MEGABYTE = bytes("x".repeat(1024 * 1024));

Deno.test("start() carries large bodies both ways unchanged, with a length and in chunks", async () => {
  await using backend = new RawBackend(async (peer) => {
    for (;;) {
      const request = await peer.message();
      if (request === "") return;
      const body = request.slice(request.indexOf("\r\n\r\n") + 4);
      const framing = /chunked/i.test(request) ? "Transfer-Encoding: chunked" : `Content-Length: ${body.length}`;
      await peer.send(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n`);
      for (let at = 0; at < body.length; at += 100_000) await peer.send(body.slice(at, at + 100_000));
    }
  });
  await using lb = await balancer([backend]);
  await using client = await Peer.connect(lb.port);
  const body = Array.from({ length: 100_000 }, (_, i) => `${i};`).join("");
  const sending = client.send(`PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  const answer = await client.message();
  await sending;
  assert.equal(answer.slice(answer.indexOf("\r\n\r\n") + 4) === body, true);

  const chunks = Array.from({ length: 300 }, (_, i) => `${i}`.repeat(i * 3 + 1));
  const chunked = chunks.map((c) => `${c.length.toString(16)}\r\n${c}\r\n`).join("") + "0\r\n\r\n";
  const again = client.send(`PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`);
  await client.upTo("\r\n\r\n");
  let echoed = "";
  for (;;) {
    const size = parseInt(await client.upTo("\r\n"), 16);
    const chunk = await client.exactly(size + 2);
    if (size === 0) break;
    echoed += chunk.slice(0, size);
  }
  await again;
  assert.equal(echoed === chunks.join(""), true);
});

Deno.test("start() reads no more from a backend than a client that does not read can hold", async () => {
  let written = 0;
  await using backend = new RawBackend(async (peer) => {
    await peer.message();
    await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");
    for (;;) {
      await peer.send(MEGABYTE);
      written += MEGABYTE.length;
    }
  });
  await using lb = await balancer([backend]);
  await using client = await Peer.connect(lb.port);
  await client.send(get("/"));
  const held = await settled(() => written);
  assert(held < 64 * MEGABYTE.length, `${held} bytes are between them`);
});

Deno.test("start() reads no more from a client than a backend that does not read can hold", async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  await using backend = new RawBackend(async (peer) => {
    await peer.upTo("\r\n\r\n");
    await gate;
  });
  await using lb = await balancer([backend], { drainMs: 0 });
  await using client = await Peer.connect(lb.port);
  await client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000\r\n\r\n");
  let written = 0;
  const sending = (async () => {
    for (;;) {
      await client.send(MEGABYTE);
      written += MEGABYTE.length;
    }
  })().catch(() => {});
  const held = await settled(() => written);
  open();
  client.close();
  await sending;
  assert(held < 64 * MEGABYTE.length, `${held} bytes are between them`);
});

Deno.test("start() lets go of a backend whose client has gone", async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  await using backend = new RawBackend(async (peer) => {
    await peer.message();
    await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n");
    try {
      for (;;) await peer.send(MEGABYTE);
    } finally {
      end();
    }
  });
  await using lb = await balancer([backend]);
  const client = await Peer.connect(lb.port);
  await client.send(get("/"));
  await client.upTo("xxx");
  client.close();
  await ended;
});

Deno.test("start() hands on an answer that comes before the request's body, and closes behind it", async () => {
  await using backend = new RawBackend(async (peer) => {
    await peer.upTo("\r\n\r\n");
    await peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
  });
  await using lb = await balancer([backend]);
  await using client = await Peer.connect(lb.port);
  await client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\nbegin");
  assert.match(await client.rest(), /^HTTP\/1.1 413 .*Connection: close\r\n\r\nno$/s);
});

Deno.test("start() carries both directions at once", async () => {
  await using backend = new RawBackend(async (peer) => {
    await peer.upTo("\r\n\r\n");
    await peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (let i = 0; i < 3; i++) {
      const size = parseInt(await peer.upTo("\r\n"), 16);
      const chunk = await peer.exactly(size + 2);
      await peer.send(`${size.toString(16)}\r\n${chunk.toUpperCase()}`);
    }
    await peer.upTo("0\r\n\r\n");
    await peer.send("0\r\n\r\n");
  });
  await using lb = await balancer([backend]);
  await using client = await Peer.connect(lb.port);
  await client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const word of ["one", "two", "three"]) {
    await client.send(`${word.length}\r\n${word}\r\n`);
    assert.match(await client.upTo(`${word.toUpperCase()}\r\n`), new RegExp(`${word.toUpperCase()}\r\n$`));
  }
  await client.send("0\r\n\r\n");
  assert.equal(await client.upTo("0\r\n\r\n"), "0\r\n\r\n");
});

Deno.test("start() hands 100 Continue on before the client sends its body", async () => {
  await using backend = new RawBackend(async (peer) => {
    assert.match(await peer.upTo("\r\n\r\n"), /Expect: 100-continue\r\n/);
    await peer.send("HTTP/1.1 100 Continue\r\n\r\n");
    await peer.send(ok(await peer.exactly(5)));
  });
  await using lb = await balancer([backend]);
  await using client = await Peer.connect(lb.port);
  await client.send("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  assert.equal(await client.upTo("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  await client.send("hello");
  assert.match(await client.message(), /^HTTP\/1.1 200 .*hello$/s);
});

Deno.test("start() ends each side of a tunnel on its own", async () => {
  await using backend = new RawBackend(async (peer) => {
    await peer.upTo("\r\n\r\n");
    await peer.send("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    const all = await peer.rest();
    await peer.send(all.toUpperCase());
  });
  await using lb = await balancer([backend]);
  await using client = await Peer.connect(lb.port);
  await client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
  assert.match(await client.upTo("\r\n\r\n"), /101 .*Upgrade: echo\r\n.*X-LB-Backend.*Connection: Upgrade\r\n\r\n$/s);
  await client.send("everything");
  await client.conn.closeWrite();
  assert.equal(await client.rest(), "EVERYTHING");
});

Deno.test("start() serves others while a thousand clients are slow", async () => {
  await using backend = new Recorder(ok("fast"));
  await using lb = await balancer([backend], { drainMs: 0 });
  const slow = await Promise.all(Array.from({ length: 1_000 }, async (_, i) => {
    const peer = await Peer.connect(lb.port);
    // Half a head, or a body that does not come.
    await peer.send(
      i % 2 === 0 ? "GET / HTTP/1.1\r\nHo" : "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf",
    );
    return peer;
  }));
  await using client = await Peer.connect(lb.port);
  for (let i = 0; i < 50; i++) {
    await client.send(get("/"));
    assert.match(await client.message(), /fast$/);
  }
  for (const peer of slow) peer.close();
});

Deno.test("start() ends what takes too long: 408 for a head or a body, a plain end for an idle connection", async () => {
  await using backend = new Recorder();
  await using lb = await balancer([backend], { timeouts: { headMs: 100, clientMs: 100, keepAliveMs: 100 } });
  for (const begin of ["GET / HTTP/1.1\r\nHo", "PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf"]) {
    await using client = await Peer.connect(lb.port);
    await client.send(begin);
    assert.match(await client.upTo("}"), /^HTTP\/1.1 408 .*"error":"request_timeout"/s);
    assert.equal(await client.rest(), "");
  }
  await using idle = await Peer.connect(lb.port);
  await idle.send(get("/"));
  assert.match(await idle.message(), / 200 /);
  assert.equal(await idle.rest(), "");
});
