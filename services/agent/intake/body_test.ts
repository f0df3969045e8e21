import assert from "node:assert/strict";
import { BodyReader } from "./body.ts";

interface Slow {
  readonly request: Request;
  send(bytes: number): void;
  end(): void;
}

/** A request whose body arrives in pieces. */
function slow(declared?: number): Slow {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({ start: (made) => void (controller = made) });
  const headers: Record<string, string> = declared === undefined ? {} : { "content-length": String(declared) };
  return {
    request: new Request("http://x/", { method: "POST", body, headers }),
    send: (bytes) => controller.enqueue(new Uint8Array(bytes).fill(97)),
    end: () => controller.close(),
  };
}

const length = (body: string) => Promise.resolve(body.length);
const code = (error: Error & { code?: string }) => error.code;
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

Deno.test("BodyReader holds what has arrived, not what was announced: slow senders keep nobody out", async () => {
  const reader = new BodyReader({ heldBytes: 1_000_000 });
  const waiting = Array.from({ length: 64 }, () => slow(4_000_000));
  const slowOnes = waiting.map(({ request }) => reader.read(request, length).catch(code));
  for (const { send } of waiting) send(1);
  await turn();
  const quick = slow(300_000);
  const read = reader.read(quick.request, length);
  quick.send(300_000);
  quick.end();
  assert.equal(await read, 300_000);
  for (const { end } of waiting) end();
  assert.deepEqual(new Set(await Promise.all(slowOnes)), new Set([1]));
});

Deno.test("BodyReader lets go of the one that has taken longest when there is no room", async () => {
  const reader = new BodyReader({ heldBytes: 1_000_000 });
  const greedy = Array.from({ length: 3 }, () => slow(400_000));
  const reads = greedy.map(({ request }) => reader.read(request, length).catch(code));
  for (const { send } of greedy.slice(0, 2)) send(399_999);
  await turn();
  greedy[2]!.send(400_000);
  greedy[2]!.end();
  assert.equal(await reads[2], 400_000);
  assert.equal(await reads[0], "overloaded");
  greedy[1]!.send(1);
  greedy[1]!.end();
  assert.equal(await reads[1], 400_000);
});

Deno.test("BodyReader refuses what is too large while it arrives, and what does not arrive in time", async () => {
  const reader = new BodyReader({ arrivalMs: 50 });
  const large = slow();
  const read = reader.read(large.request, length).catch(code);
  for (let i = 0; i < 5; i++) large.send(1_000_000);
  assert.equal(await read, "too_large");
  assert.equal(await reader.read(slow(5_000_000).request, length).catch(code), "too_large");
  assert.equal(await reader.read(slow(10).request, length).catch(code), "body_incomplete");
  assert.equal(await reader.read(slow(100_000).request, length).catch(code), "body_incomplete");
});

Deno.test("BodyReader counts a body as held until it is used, and refuses when nothing can go", async () => {
  const reader = new BodyReader({ heldBytes: 100_000 });
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const first = slow(90_000);
  const held = reader.read(first.request, () => gate);
  first.send(90_000);
  first.end();
  await turn();
  const next = () => {
    const one = slow(20_000);
    one.send(20_000);
    one.end();
    return reader.read(one.request, length).catch(code);
  };
  assert.equal(await next(), "overloaded");
  open();
  await held;
  assert.equal(await next(), 20_000);
});
