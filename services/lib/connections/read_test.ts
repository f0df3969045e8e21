import assert from "node:assert/strict";
import { readOf } from "./read.ts";

/** Both ends of a connection. */
async function pair(): Promise<{ near: Deno.TcpConn; far: Deno.TcpConn } & Disposable> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [near, far] = await Promise.all([Deno.connect({ port: listener.addr.port }), listener.accept()]);
  const close = (conn: Deno.TcpConn) => {
    try {
      conn.close();
    } catch {
      // The test closed it.
    }
  };
  return { near, far, [Symbol.dispose]: () => [near, far].forEach(close) };
}

Deno.test("readOf: what arrives, then the end", async () => {
  using ends = await pair();
  const read = readOf(ends.near);
  const into = new Uint8Array(8);
  await ends.far.write(new Uint8Array([1, 2, 3]));
  assert.equal(await read(into), 3);
  assert.deepEqual([...into.subarray(0, 3)], [1, 2, 3]);
  ends.far.close();
  assert.equal((await read(into)) ?? 0, 0);
});

Deno.test("readOf: a connection that is closed under a read rejects it", async () => {
  using ends = await pair();
  const reading = assert.rejects(() => readOf(ends.near)(new Uint8Array(8)));
  ends.near.close();
  await reading;
});

Deno.test("readOf: the connection's own read() is not called by this runtime", async () => {
  using ends = await pair();
  ends.near.read = () => Promise.reject(new Error("called"));
  await ends.far.write(new Uint8Array([7]));
  assert.equal(await readOf(ends.near)(new Uint8Array(1)), 1);
});

Deno.test("readOf: anything else is read by its own read()", async () => {
  const source = { read: (into: Uint8Array) => Promise.resolve(into.length) };
  assert.equal(await readOf(source)(new Uint8Array(5)), 5);
});
