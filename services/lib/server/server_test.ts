import assert from "node:assert/strict";
import { type Handler, type Limits, Server } from "./mod.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

interface Started extends AsyncDisposable {
  readonly server: Server;
  readonly url: string;
  readonly reports: string[];
  /** A connection that has sent `text`. */
  send(text: string): Promise<Deno.TcpConn>;
}

function started(handler: Handler, limits: Partial<Limits> = {}): Started {
  const reports: string[] = [];
  const options = { hostname: "127.0.0.1", port: 0, limits, report: (text: string) => void reports.push(text) };
  const server = new Server(handler, options);
  return {
    server,
    reports,
    url: `http://127.0.0.1:${server.addr.port}`,
    async send(text) {
      const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
      if (text !== "") await conn.write(bytes(text));
      return conn;
    },
    [Symbol.asyncDispose]: () => server.stop(1_000),
  };
}

/** Everything until the other side closes. */
async function all(conn: Deno.TcpConn): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4_096);
  try {
    for (let n = await conn.read(buffer); n !== null; n = await conn.read(buffer)) {
      text += decoder.decode(buffer.subarray(0, n), { stream: true });
    }
  } catch {
    // Reset: what came before it counts.
  }
  try {
    conn.close();
  } catch {
    // Closed already.
  }
  return text;
}

const echo: Handler = async (request) =>
  new Response(`${request.method} ${new URL(request.url).pathname} ${await request.text()}`);

Deno.test("Server answers, keeps the connection, and takes requests one after the other", async () => {
  await using s = started(echo);
  const conn = await s.send(
    "GET /a HTTP/1.1\r\nHost: x\r\n\r\nPOST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" +
      "PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n" +
      "GET /d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  );
  const text = await all(conn);
  for (const answer of ["GET /a ", "POST /b abc", "PUT /c def", "GET /d "]) assert.ok(text.includes(answer), text);
  assert.equal(text.match(/HTTP\/1\.1 200 OK/g)?.length, 4);
  assert.equal(text.match(/content-length: /g)?.length, 4);
  assert.equal(text.match(/connection: close/g)?.length, 1);
});

Deno.test("Server sends HEAD, 204, large and streamed bodies as a client expects them", async () => {
  const large = "x".repeat(300_000);
  await using s = started((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/none") return new Response(null, { status: 204 });
    if (pathname === "/large") return new Response(large);
    const events = async function* () {
      yield bytes("data: 1\n\n");
      await new Promise((resolve) => setTimeout(resolve, 20));
      yield bytes("data: 2\n\n");
    };
    return new Response(ReadableStream.from(events()), { headers: { "content-type": "text/event-stream" } });
  });
  const head = await fetch(`${s.url}/large`, { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  assert.equal((await fetch(`${s.url}/none`)).status, 204);
  assert.equal(await (await fetch(`${s.url}/large`)).text(), large);
  assert.equal(await (await fetch(`${s.url}/events`)).text(), "data: 1\n\ndata: 2\n\n");
  const old = await all(await s.send("GET /large HTTP/1.0\r\n\r\n"));
  assert.ok(old.endsWith("xxx") && /connection: close/.test(old));
});

Deno.test("Server asks for a body that waits to be asked for, and only when the handler reads it", async () => {
  await using s = started((request) =>
    new URL(request.url).pathname === "/no"
      ? new Response("no", { status: 403 })
      : echo(request, { remoteAddr: {} as Deno.NetAddr })
  );
  const asking = (path: string) =>
    s.send(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n`,
    );
  const conn = await asking("/yes");
  const buffer = new Uint8Array(100);
  assert.match(new TextDecoder().decode(buffer.subarray(0, (await conn.read(buffer))!)), /^HTTP\/1\.1 100 Continue/);
  await conn.write(bytes("hi"));
  assert.match(await all(conn), /POST \/yes hi$/);
  assert.match(await all(await asking("/no")), /^HTTP\/1\.1 403 /);
});

Deno.test("Server ends a head, a body and a connection that take too long, and says so where a request was begun", async () => {
  await using s = started(echo, { headMs: 300, bodyMs: 300, idleMs: 300 });
  const [silent, head, trickle, body] = await Promise.all([
    s.send("").then(all),
    s.send("GET / HTTP/1.1\r\nHos").then(all),
    s.send("GET / HTTP/1.1\r\n").then(async (conn) => {
      for (let i = 0; i < 40; i++) {
        await conn.write(bytes(`a${i}: b\r\n`)).catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return await all(conn);
    }),
    s.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc").then(all),
  ]);
  assert.equal(silent, "");
  assert.match(head, /^HTTP\/1\.1 408 .*request_timeout.*head took too long/s);
  assert.match(trickle, /^(HTTP\/1\.1 408 |$)/);
  assert.match(body, /^HTTP\/1\.1 408 .*body took too long/s);
  const kept = await s.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  assert.match(await all(kept), /GET \/a $/, "closed after its answer, when nothing came any more");
});

Deno.test("Server refuses a body over the limit while it arrives, declared or not, and a head over it", async () => {
  let handled = 0;
  await using s = started(async (request, info) => {
    handled++;
    return await echo(request, info);
  }, { maxBodyBytes: 1_000, maxHeadBytes: 2_000 });
  const declared = await all(await s.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n"));
  assert.match(declared, /^HTTP\/1\.1 413 .*too_large/s);
  assert.equal(handled, 0, "nothing of it was taken in");
  const chunk = `400\r\n${"a".repeat(0x400)}\r\n`;
  const chunked = await all(await s.send(`POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`));
  assert.match(chunked, /^HTTP\/1\.1 413 /);
  assert.match(
    await all(await s.send(`GET / HTTP/1.1\r\nHost: x\r\nA: ${"b".repeat(3_000)}\r\n\r\n`)),
    /^HTTP\/1\.1 431 /,
  );
});

Deno.test("Server serves newcomers while more connections than it holds are silent, slow or half sent", async () => {
  await using s = started(echo, { maxConnections: 20 });
  const held: Deno.TcpConn[] = [];
  for (let i = 0; i < 300; i++) {
    held.push(
      await s.send(["", "GET / HTTP/1.1\r\nHo", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na"][i % 3]!),
    );
    if (i % 50 === 49) {
      assert.equal(await (await fetch(`${s.url}/new`, { method: "POST", body: "b" })).text(), "POST /new b");
    }
  }
  assert.ok(s.server.size <= 20, `${s.server.size} are held`);
  for (const conn of held) conn.close();
});

Deno.test("Server never closes a connection that an answer is due on to make room for another", async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  await using s = started(async () => {
    await gate;
    return new Response("done");
  }, { maxConnections: 8 });
  const waiting = Array.from({ length: 8 }, () => fetch(s.url));
  while (s.server.size < 8) await new Promise((resolve) => setTimeout(resolve, 5));
  const later = fetch(s.url);
  await new Promise((resolve) => setTimeout(resolve, 50));
  open();
  for (const answer of [...waiting, later]) assert.equal(await (await answer).text(), "done");
});

Deno.test("Server closes connections whose clients do not take their answers to make room for another", async () => {
  await using s = started(() => new Response("x".repeat(20_000_000)), { maxConnections: 8 });
  const held = await Promise.all(Array.from({ length: 8 }, () => s.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
  while (s.server.size < 8) await new Promise((resolve) => setTimeout(resolve, 5));
  const response = await fetch(s.url);
  assert.equal(response.status, 200);
  await response.body?.cancel();
  for (const conn of held) conn.close();
});

Deno.test("Server tells the handler that the client went, and goes on when a handler fails", async () => {
  const { promise: gone, resolve: left } = Promise.withResolvers<void>();
  await using s = started(async (request) => {
    if (new URL(request.url).pathname === "/bad") throw new Error("a bug");
    request.signal.addEventListener("abort", () => left());
    await gone;
    return new Response();
  });
  const conn = await s.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  await new Promise((resolve) => setTimeout(resolve, 20));
  conn.close();
  await gone;
  const response = await fetch(`${s.url}/bad`);
  assert.equal(response.status, 500);
  assert.equal((await response.json()).error, "internal_error");
  assert.match(s.reports.join(), /request failed: Error: a bug/);
});

Deno.test("Server refuses what two programs could read differently", async () => {
  await using s = started(echo);
  for (
    const text of [
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "GET / HTTP/1.1\nHost: x\n\n",
      "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: x:99999\r\n\r\n",
    ]
  ) assert.match(await all(await s.send(text)), /^HTTP\/1\.1 400 /, text);
});

Deno.test("Server takes the body of a GET for what it is: not part of the next request", async () => {
  await using s = started((request) => new Response(new URL(request.url).pathname));
  const text = await all(
    await s.send("GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n123"),
  );
  assert.equal(text.match(/HTTP\/1\.1 /g)?.length, 1);
  assert.match(text, /connection: close[\s\S]*\/a$/);
});
