import assert from "node:assert/strict";
import { ask, balancer, deadPort, get, ok, Peer, RawBackend, Recorder } from "./testing/world.ts";

Deno.test("start() takes the backends in turn and names the one that answered", async () => {
  await using a = new Recorder(ok("a"));
  await using b = new Recorder(ok("b"));
  await using lb = await balancer([a, b]);
  await using client = await Peer.connect(lb.port);
  const seen: string[] = [];
  for (let i = 0; i < 6; i++) {
    await client.send(get(`/items/${i}`));
    const answer = await client.message();
    seen.push(answer.at(-1)!);
    assert.match(answer, new RegExp(`X-LB-Backend: ${answer.at(-1) === "a" ? a.id : b.id}\r\n`));
  }
  assert.deepEqual(seen.sort(), ["a", "a", "a", "b", "b", "b"]);
  assert.equal(a.accepted + b.accepted, 2, "connections to the backends are kept");
});

Deno.test("start() hands a request on as it was, less the hop-by-hop fields, plus X-Forwarded-*", async () => {
  await using backend = new Recorder();
  await using lb = await balancer([backend]);
  await ask(
    lb.port,
    "PUT /a%2Fb/../c?x=%zz HTTP/1.1\r\nHost: shop:8\r\nX-One:  1 \r\nConnection: keep-alive, X-Private\r\n" +
      "X-Private: 2\r\nKeep-Alive: 3\r\nTE: trailers\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Proto: https\r\n" +
      "X-Forwarded-Host: evil\r\nContent-Length: 4\r\nProxy-Connection: x\r\n\r\nbody",
  );
  assert.equal(
    backend.requests[0],
    "PUT /a%2Fb/../c?x=%zz HTTP/1.1\r\nHost: shop:8\r\nX-One:  1 \r\nContent-Length: 4\r\n" +
      "X-Forwarded-For: 9.9.9.9, 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: shop:8\r\n\r\nbody",
  );
});

Deno.test("start() moves any request on when a backend refuses the connection", async () => {
  await using backend = new Recorder(ok("saved"));
  await using lb = await balancer([deadPort(), deadPort(), backend]);
  for (const method of ["GET", "POST"]) {
    const answer = await ask(lb.port, `${method} / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi`);
    assert.match(answer, /^HTTP\/1.1 200 OK\r\n/);
  }
  assert.equal(backend.requests.length, 2);
});

Deno.test("start() sends GET and PUT again, and never POST, when a backend dies before its first byte", async () => {
  const dead: string[] = [];
  await using dying = new RawBackend(async (peer) => {
    dead.push(await peer.message());
  });
  await using healthy = new Recorder(ok("saved"));
  for (const [method, expected] of [["GET", 200], ["PUT", 200], ["DELETE", 200], ["POST", 502], ["PATCH", 502]]) {
    dead.length = healthy.requests.length = 0;
    await using lb = await balancer([dying, healthy]);
    const statuses: number[] = [];
    for (let i = 0; i < 2; i++) {
      const answer = await ask(lb.port, `${method} / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi`);
      statuses.push(Number(answer.slice(9, 12)));
      if (answer.startsWith("HTTP/1.1 502")) {
        const body = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
        assert.equal(body.error, "upstream_unavailable");
        assert.deepEqual(body.tried, [dying.id]);
      }
    }
    assert.deepEqual(statuses.sort(), [200, expected], `${method}`);
    assert.equal(dead.length, 1);
    assert.equal(healthy.requests.length, expected === 200 ? 2 : 1, `${method}`);
  }
});

Deno.test("start() sends no POST twice when a kept connection dies under it", async () => {
  const received: string[] = [];
  await using backend = new RawBackend(async (peer) => {
    received.push(await peer.message());
    await peer.send(ok("first"));
    received.push(await peer.message());
  });
  await using lb = await balancer([backend]);
  assert.match(await ask(lb.port, get("/")), /first$/);
  const answer = await ask(lb.port, "POST /pay HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
  assert.match(answer, /^HTTP\/1.1 502 /);
  assert.equal(received.filter((request) => request.startsWith("POST")).length, 1);
});

Deno.test("start() sends a GET on a new connection when a kept one dies under it", async () => {
  await using backend = new RawBackend(async (peer) => {
    await peer.message();
    await peer.send(ok("fine"));
    await peer.message();
  });
  await using lb = await balancer([backend]);
  for (let i = 0; i < 3; i++) assert.match(await ask(lb.port, get("/")), /^HTTP\/1.1 200 .*fine$/s);
  assert.equal(backend.accepted, 3);
});

Deno.test("start() sends a PUT's streamed body again in full on the next backend", async () => {
  const sizes: number[] = [];
  await using dying = new RawBackend(async (peer) => {
    await peer.upTo("first");
  });
  await using healthy = new RawBackend(async (peer) => {
    const request = await peer.message();
    sizes.push(request.length);
    await peer.send(ok(request.slice(request.indexOf("\r\n\r\n") + 4)));
  });
  await using lb = await balancer([dying, healthy]);
  for (let i = 0; i < 2; i++) {
    await using client = await Peer.connect(lb.port);
    await client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n");
    await client.send("first");
    await client.send("second");
    assert.match(await client.message(), /\r\n\r\nfirstsecond$/);
  }
});

Deno.test("start() answers 502 with an empty list when there is no backend", async () => {
  await using lb = await balancer([]);
  const answer = await ask(lb.port, get("/"));
  assert.match(answer, /^HTTP\/1.1 502 Bad Gateway\r\n/);
  const body = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
  assert.equal(body.error, "upstream_unavailable");
  assert.deepEqual(body.tried, []);
});

Deno.test("start() answers 504 when every backend is too slow", async () => {
  await using silent = new RawBackend(async (peer) => {
    await peer.rest();
  });
  await using lb = await balancer([silent], { readTimeoutSec: 0.2 });
  for (const method of ["GET", "POST"]) {
    const answer = await ask(lb.port, `${method} / HTTP/1.1\r\nHost: x\r\n\r\n`);
    assert.match(answer, /^HTTP\/1.1 504 Gateway Timeout\r\n/);
    const body = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
    assert.equal(body.error, "upstream_timeout");
    assert.deepEqual(body.tried, [silent.id]);
  }
});

Deno.test("start() answers its own /healthz and /metrics and hands on every other path", async () => {
  await using backend = new Recorder();
  await using lb = await balancer([backend]);
  const base = `http://127.0.0.1:${lb.port}`;
  await (await fetch(`${base}/healthz/deep`)).text();
  await (await fetch(`${base}/METRICS`)).text();
  await (await fetch(`${base}/healthz`, { method: "POST" })).text();
  assert.deepEqual(backend.requests.map((request) => request.split(" HTTP")[0]), [
    "GET /healthz/deep",
    "GET /METRICS",
    "POST /healthz",
  ]);
  const health = await (await fetch(`${base}/healthz`)).json();
  assert.equal(health.ok, true);
  assert.equal(health.name, "oncall-lb");
  assert.deepEqual(health.backends, [`http://${backend.id}`]);
  const metrics = await (await fetch(`${base}/metrics`)).text();
  assert.match(metrics, new RegExp(`oncall_lb_requests_total{backend="${backend.id}",code="200"} 3`));
  assert.match(metrics, new RegExp(`oncall_lb_backend_up{backend="${backend.id}"} 1`));
  assert.match(metrics, /oncall_lb_request_duration_seconds_count/);
});

Deno.test("start() learns the backends from the manager and keeps the last list when it is away", async () => {
  await using a = new Recorder(ok("a"));
  await using b = new Recorder(ok("b"));
  let answer: () => Response = () => Response.json({ backends: [`http://${a.id}`] });
  const asked: (() => void)[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (!String(input).endsWith("/backends")) return globalThis.fetch(input, init);
    asked.shift()?.();
    return Promise.resolve(answer());
  };
  const nextAnswer = () => new Promise<void>((resolve) => asked.push(resolve)).then(() => Promise.resolve());
  await using lb = await balancer([b], { refreshSec: 0.1 }, { fetch });
  assert.match(await ask(lb.port, get("/")), /a$/);
  answer = () => {
    throw new TypeError("away");
  };
  await nextAnswer();
  await nextAnswer();
  assert.match(await ask(lb.port, get("/")), /a$/);
  answer = () => Response.json({ backends: [`http://${b.id}`] });
  await nextAnswer();
  await nextAnswer();
  assert.match(await ask(lb.port, get("/")), /b$/);
});

Deno.test("start() finishes requests in flight when stopped", async () => {
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  await using backend = new RawBackend(async (peer) => {
    await peer.message();
    enter();
    await gate;
    await peer.send(ok("late"));
  });
  const lb = await balancer([backend]);
  const answer = ask(lb.port, get("/"));
  await entered;
  const stopped = lb[Symbol.asyncDispose]();
  open();
  assert.match(await answer, /Connection: close\r\n.*late$/s);
  await stopped;
});

Deno.test("start() keeps answers apart that arrive on several connections in one go", async () => {
  // Clients that ask at the same moment, and answers that differ in status and length.
  const waiting: (() => void)[] = [];
  const clients = 20;
  await using backend = new RawBackend(async (peer) => {
    for (;;) {
      const request = await peer.message();
      const n = Number(/^GET \/(\d+) /.exec(request)?.[1] ?? NaN);
      if (Number.isNaN(n)) return;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === clients) { for (const go of waiting.splice(0)) go(); }
      });
      const body = `${n}:` + "x".repeat(n % 37);
      await peer.send(`HTTP/1.1 ${400 + n % 7} Fine\r\nX-N: ${n}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    }
  });
  await using lb = await balancer([backend]);
  const wrong: string[] = [];
  let nth = 0;
  await Promise.all(Array.from({ length: clients }, async () => {
    await using client = await Peer.connect(lb.port);
    for (let round = 0; round < 10; round++) {
      const n = nth++;
      await client.send(get(`/${n}`));
      const answer = await client.message();
      const expected = `HTTP/1.1 ${400 + n % 7} Fine\r\nX-N: ${n}\r\n`;
      if (!answer.startsWith(expected) || !answer.endsWith(`\r\n\r\n${n}:${"x".repeat(n % 37)}`)) {
        wrong.push(`${n}: ${answer}`);
      }
    }
  }));
  assert.deepEqual(wrong, []);
});
