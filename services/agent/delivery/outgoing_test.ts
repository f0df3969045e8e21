import assert from "node:assert/strict";
import { request } from "./outgoing.ts";

/** A server that reads each request and closes the connection without an answer. */
function closingServer() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const seen: string[] = [];
  const done = (async () => {
    for await (const connection of listener) {
      const chunk = new Uint8Array(4_096);
      const read = await connection.read(chunk);
      seen.push(new TextDecoder().decode(chunk.subarray(0, read ?? 0)));
      connection.close();
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    seen,
    async stop() {
      listener.close();
      await done;
    },
  };
}

const OUTGOING = { fetch, now: () => new Date(), timeoutMs: 5_000 };

Deno.test("request() sends a POST once, although the connection closes before the answer", async () => {
  const server = closingServer();
  const answer = await request(server.url, { method: "POST", body: "to=1" }, OUTGOING);
  await server.stop();
  assert.equal(answer.kind, "silence");
  assert.equal(answer.kind === "silence" && answer.reached, true);
  assert.equal(server.seen.length, 1);
  assert.match(server.seen[0]!, /content-length: 4\r\n/i);
});

Deno.test("request() tells a server that is not there from one that did not answer in time", async () => {
  const gone = await request("http://127.0.0.1:1", { method: "POST", body: "x" }, OUTGOING);
  assert.deepEqual([gone.kind, gone.kind === "silence" && gone.reached], ["silence", false]);
  const never = { ...OUTGOING, timeoutMs: 20, fetch: neverAnswering };
  const late = await request("http://127.0.0.1:1", {}, never);
  assert.deepEqual(late, { kind: "silence", reason: "no answer within 0.02 s", reached: true });
});

Deno.test("request() reads status, body and how long to wait", async () => {
  const answered = () => Promise.resolve(new Response("slow down", { status: 429, headers: { "retry-after": "2" } }));
  const answer = await request("http://127.0.0.1:1", {}, { ...OUTGOING, fetch: answered });
  assert.deepEqual(answer, { kind: "answer", status: 429, body: "slow down", retryAfterMs: 2_000 });
});

function neverAnswering(_input: unknown, init?: RequestInit): Promise<Response> {
  return new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal!.reason)));
}
