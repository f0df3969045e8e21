import assert from "node:assert/strict";
import { chaos, postsWhileBackendsDie, type StartedRole, startRole, until } from "./testing/mod.ts";

/** Length and rate; `deno task bench chaos` is the long form. */
const SECONDS = 15;
const RPS = 200;

Deno.test("oncall-lb fails no GET and no PUT while instances die, freeze, come and go, and the manager is away", async () => {
  const { report, rounds, told } = await chaos({ seconds: SECONDS, rps: RPS });
  assert(rounds > 0);
  assert.deepEqual(report.failures, {}, told);
  assert.equal(report.errors, 0, told);
  assert.equal(report.timeouts, 0, told);
  assert(report.completed > 0, told);
});

Deno.test("oncall-lb sends no POST twice, whatever dies under it", async () => {
  const { received, answered, refused } = await postsWhileBackendsDie(6);
  assert.deepEqual([...refused].filter(([, status]) => status !== 502), []);
  assert.deepEqual([...received].filter(([, count]) => count > 1), []);
  assert.deepEqual([...answered].filter((name) => !received.has(name)), [], "what was answered was received");
});

/** Clients of each kind that take all the time they can get. */
const SLOW = { "in the head": 300, "in the body": 350, "not reading": 350 } as const;

async function connections(lb: StartedRole): Promise<number> {
  const text = await (await fetch(`${lb.url}/metrics`)).text();
  return Number(/^oncall_lb_client_connections (\d+)$/m.exec(text)![1]);
}

Deno.test("oncall-lb answers others while a thousand slow clients send and read next to nothing", async () => {
  const large = new Uint8Array(4 * 2 ** 20);
  let slowBodies = 0;
  const backend = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    if (request.method === "PUT") {
      slowBodies++;
      await request.arrayBuffer().catch(() => {});
    }
    return new Response(request.url.endsWith("/large") ? large : "small");
  });
  const sockets: Deno.TcpConn[] = [];
  {
    const BACKENDS = `http://127.0.0.1:${backend.addr.port}`;
    await using lb = await startRole("lb", { env: { BACKENDS, PM_URL: "http://127.0.0.1:1" } });
    const text: Readonly<Record<keyof typeof SLOW, string>> = {
      "in the head": "GET /small HTTP/1.1\r\nHost: sh",
      "in the body": "PUT /small HTTP/1.1\r\nHost: shop\r\nContent-Length: 1000\r\n\r\n{",
      "not reading": "GET /large HTTP/1.1\r\nHost: shop\r\n\r\n",
    };
    try {
      for (const [kind, count] of Object.entries(SLOW)) {
        const bytes = new TextEncoder().encode(text[kind as keyof typeof SLOW]);
        // All at once: whoever is slow for too long is sent away, so the first may not wait for the last.
        await Promise.all(Array.from({ length: count }, async () => {
          const socket = await Deno.connect({ hostname: "127.0.0.1", port: lb.port });
          sockets.push(socket);
          await socket.write(bytes);
        }));
      }
      await until("all slow clients are being served", async () =>
        slowBodies === SLOW["in the body"] &&
        await connections(lb) >= SLOW["in the body"] + SLOW["not reading"]);
      for (let i = 0; i < 20; i++) {
        const answers = await Promise.all(Array.from({ length: 10 }, () => fetch(`${lb.url}/small`)));
        for (const answer of answers) assert.deepEqual([answer.status, await answer.text()], [200, "small"]);
      }
      assert.ok(await connections(lb) >= SLOW["in the body"], "the slow ones are still there");
    } finally {
      for (const socket of sockets) socket.close();
    }
  }
  await backend.shutdown();
});
