import assert from "node:assert/strict";
import { ask, balancer, deadPort, get, ok, Peer, RawBackend, Recorder } from "./testing/world.ts";

Deno.test("start() moves waiting requests away from a backend whose probes fail, and leaves POST where it is", async () => {
  const { promise: stuck, resolve: twoAreStuck } = Promise.withResolvers<void>();
  let taken = 0;
  await using frozen = new RawBackend(async (peer) => {
    await peer.message();
    if (++taken === 2) twoAreStuck();
    await peer.rest();
  });
  await using healthy = new Recorder(ok("saved"));
  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (!String(input).startsWith(`http://${frozen.id}`)) return await globalThis.fetch(input, init);
    await stuck;
    throw new TypeError("no answer");
  };
  await using lb = await balancer([frozen, healthy], { probeSec: 0.1, readTimeoutSec: 1.5 }, { fetch });
  const requests = ["GET", "GET", "POST", "POST"].map((method) =>
    ask(lb.port, `${method} / HTTP/1.1\r\nHost: x\r\n\r\n`)
  );
  const answers = await Promise.all(requests);
  assert.deepEqual(answers.slice(0, 2).map((answer) => answer.slice(9, 12)), ["200", "200"]);
  assert.equal(healthy.requests.length + taken, 5, "the one GET that was stuck was sent twice, and no POST");
  const health = await (await fetch(`http://127.0.0.1:${lb.port}/healthz`)).json();
  assert.deepEqual(health.backends, [`http://${healthy.id}`]);
  assert.deepEqual(health.out, [{ url: `http://${frozen.id}`, reason: "probe" }]);
});

Deno.test("start() takes a backend out that refuses connections, and takes it back when its probe succeeds", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using healthy = new Recorder(ok("healthy"));
  await using lb = await balancer([{ id: `127.0.0.1:${port}` }, healthy], {
    probeSec: 0.1,
    health: { pauseMs: 100, rampMs: 100 },
  });
  const out = async () => (await (await fetch(`http://127.0.0.1:${lb.port}/healthz`)).json()).out.length;
  for (let i = 0; i < 4; i++) assert.match(await ask(lb.port, get("/")), /healthy$/);
  assert.equal(await out(), 1);
  await using returned = new Recorder(ok("returned"), port);
  for (;;) {
    const answer = await ask(lb.port, get("/"));
    if (answer.endsWith("returned")) break;
    assert.match(answer, /healthy$/);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert(returned.requests.length > 0);
});

Deno.test("start() takes a backend out for its 5xx, and nobody when all give them", async () => {
  await using broken = new Recorder("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
  await using healthy = new Recorder(ok("fine"));
  const count = async (backends: readonly RawBackend[]) => {
    await using lb = await balancer(backends, { serverErrors: 5 });
    await using client = await Peer.connect(lb.port);
    let failed = 0;
    for (let i = 0; i < 60; i++) {
      await client.send(get("/"));
      if (/^HTTP\/1.1 500/.test(await client.message())) failed++;
    }
    return failed;
  };
  assert(await count([broken, healthy]) < 15);
  await using broken2 = new Recorder("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
  assert.equal(await count([broken, broken2]), 60);
});

Deno.test("start() lets requests finish at a backend that the manager takes away", async () => {
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  await using leaving = new RawBackend(async (peer) => {
    await peer.message();
    enter();
    await gate;
    await peer.send(ok("finished"));
    await peer.rest();
  });
  await using staying = new Recorder(ok("staying"));
  let backends = [`http://${leaving.id}`];
  const fetch: typeof globalThis.fetch = (input, init) =>
    String(input).endsWith("/backends") ? Promise.resolve(Response.json({ backends })) : globalThis.fetch(input, init);
  await using lb = await balancer([], { refreshSec: 0.1 }, { fetch });
  const inFlight = ask(lb.port, get("/"));
  await entered;
  backends = [`http://${staying.id}`];
  const known = async () => (await (await fetch(`http://127.0.0.1:${lb.port}/healthz`)).json()).backends;
  while ((await known())[0] !== `http://${staying.id}`) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.match(await ask(lb.port, get("/")), /staying$/);
  open();
  assert.match(await inFlight, /finished$/);
});

Deno.test("start() keeps the backends when a manager first names none, and believes it the second time", async () => {
  await using backend = new Recorder(ok("still here"));
  let asked = 0;
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (!String(input).endsWith("/backends")) return globalThis.fetch(input, init);
    return Promise.resolve(Response.json({ backends: asked++ === 0 ? [`http://${backend.id}`] : [] }));
  };
  await using lb = await balancer([], { refreshSec: 0.1 }, { fetch });
  assert.equal(asked, 1);
  let answer = await ask(lb.port, get("/"));
  assert.match(answer, /still here$/);
  while (answer.startsWith("HTTP/1.1 200")) answer = await ask(lb.port, get("/"));
  assert.match(answer, /^HTTP\/1.1 502 .*"tried":\[\]/s);
  assert(asked >= 3, "an empty list counts from the second time on");
});

Deno.test("start() lets requests wait when every backend has its fill", async () => {
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  let inside = 0;
  await using backend = new RawBackend(async (peer) => {
    for (;;) {
      if (await peer.message() === "") return;
      assert.equal(++inside, 1);
      enter();
      await gate;
      inside--;
      await peer.send(ok("done"));
    }
  });
  await using lb = await balancer([backend], { maxWaiting: 1 });
  const answers = [1, 2, 3].map(() => ask(lb.port, get("/")));
  await entered;
  open();
  for (const answer of await Promise.all(answers)) assert.match(answer, /^HTTP\/1.1 200 .*done$/s);
});

Deno.test("start() makes room for a new client by closing the one that idles longest", async () => {
  await using backend = new Recorder();
  await using lb = await balancer([backend], { maxConnections: 2 });
  await using first = await Peer.connect(lb.port);
  await first.send(get("/"));
  await first.message();
  await using second = await Peer.connect(lb.port);
  await second.send(get("/"));
  await second.message();
  await using third = await Peer.connect(lb.port);
  await third.send(get("/"));
  assert.match(await third.message(), / 200 /);
});

Deno.test("start() writes an access log when told so, and sets it aside at its limit", async () => {
  await using backend = new Recorder(ok("hello"));
  const logDir = await Deno.makeTempDir();
  {
    await using lb = await balancer([backend], { accessLog: true, logDir });
    await ask(lb.port, get("/items/1?x=%20"));
    await ask(lb.port, "POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
  }
  const lines = (await Deno.readTextFile(`${logDir}/lb_access.log`)).trim().split("\n").map((line) => JSON.parse(line));
  assert.equal(lines.length, 2);
  const { time, duration_ms, ...rest } = lines[0];
  assert.match(time, /^\d{4}-\d\d-\d\dT/);
  assert.equal(typeof duration_ms, "number");
  assert.deepEqual(rest, {
    client: "127.0.0.1",
    method: "GET",
    target: "/items/1?x=%20",
    status: 200,
    bytes: 5,
    backend: backend.id,
  });
  await Deno.remove(logDir, { recursive: true });
});

Deno.test("start() waits a moment for the manager to name another backend when the known ones take no connection", async () => {
  await using successor = new Recorder(ok("saved"));
  const gone = deadPort();
  let asked = 0;
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (!String(input).endsWith("/backends")) return globalThis.fetch(input, init);
    return Promise.resolve(Response.json({ backends: [`http://${asked++ === 0 ? gone.id : successor.id}`] }));
  };
  await using lb = await balancer([], { refreshSec: 60 }, { fetch });
  for (const method of ["POST", "GET"]) {
    assert.match(await ask(lb.port, `${method} / HTTP/1.1\r\nHost: x\r\n\r\n`), /saved$/);
  }
  assert.equal(asked, 2);
});

Deno.test("start() lets requests wait for the next backend when the last one is gone", async () => {
  await using first = new Recorder(ok("first"));
  await using successor = new Recorder(ok("successor"));
  const { promise: waited, resolve: aRequestWaits } = Promise.withResolvers<void>();
  let none = false, waiting = false;
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (!String(input).endsWith("/backends")) return globalThis.fetch(input, init);
    if (waiting) aRequestWaits();
    const known = waiting ? [`http://${successor.id}`] : none ? [] : [`http://${first.id}`];
    return Promise.resolve(Response.json({ backends: known }));
  };
  await using lb = await balancer([], { refreshSec: 0.1 }, { fetch });
  none = true;
  const backends = async () => (await (await fetch(`http://127.0.0.1:${lb.port}/healthz`)).json()).backends.length;
  while (await backends() > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const answer = ask(lb.port, get("/"));
  waiting = true;
  await waited;
  assert.match(await answer, /successor$/);
});

Deno.test("start() saves a GET whose only backend died under it, at the one that takes its place", async () => {
  let died = 0;
  const dying: RawBackend = new RawBackend(async (peer) => {
    await peer.message();
    died++;
    dying[Symbol.asyncDispose]();
  });
  let successor: Recorder | undefined;
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (!String(input).endsWith("/backends")) return globalThis.fetch(input, init);
    if (died > 0) successor ??= new Recorder(ok("saved"), dying.port);
    return Promise.resolve(Response.json({ backends: [`http://${dying.id}`] }));
  };
  await using lb = await balancer([], { refreshSec: 60 }, { fetch });
  assert.match(await ask(lb.port, get("/")), /saved$/);
  assert.equal(died, 1);
  await successor?.[Symbol.asyncDispose]();
});

Deno.test("start() moves waiting requests away from a frozen backend before the next probe, and waits for a slow one", async () => {
  let looks = 0;
  await using frozen = new RawBackend(async (peer) => {
    if ((await peer.message()).startsWith("GET /healthz ")) looks++;
    await peer.rest();
  });
  await using healthy = new Recorder(ok("healthy"));
  const health = { silentMs: 50, suspectProbeMs: 50, pauseMs: 3_600_000 };
  const options = { probeSec: 3600, readTimeoutSec: 3600, health };
  await using lb = await balancer([frozen, healthy], options);
  for (let i = 0; i < 4; i++) assert.match(await ask(lb.port, get("/")), /healthy$/);
  assert.equal(looks, 1);

  const { promise: looked, resolve: look } = Promise.withResolvers<void>();
  await using slow = new RawBackend(async (peer) => {
    for (;;) {
      const request = await peer.message();
      if (request === "") return;
      if (!request.startsWith("GET /healthz ")) {
        await looked;
        await peer.send(ok("slow"));
        continue;
      }
      await peer.send(ok("alive"));
      look();
    }
  });
  await using patient = await balancer([slow, healthy], { ...options, health: { ...health, suspectProbeMs: 60_000 } });
  const answers = [await ask(patient.port, get("/")), await ask(patient.port, get("/"))];
  assert.deepEqual(answers.map((answer) => answer.split("\r\n\r\n")[1]).sort(), ["healthy", "slow"]);
});
