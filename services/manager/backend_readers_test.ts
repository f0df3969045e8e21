import assert from "node:assert/strict";
import { BackendReaders } from "./backend_readers.ts";
import { manualClock } from "./testing/world.ts";

async function settledAfter(readers: BackendReaders): Promise<() => boolean> {
  let done = false;
  readers.settled().then(() => done = true);
  await Promise.resolve();
  await Promise.resolve();
  return () => done;
}

Deno.test("BackendReaders.settled() resolves at once when nobody reads regularly", async () => {
  const { clock } = manualClock();
  const readers = new BackendReaders(clock);
  await readers.settled();
  readers.note("curl");
  await readers.settled();
});

Deno.test("BackendReaders.settled() waits until each regular reader has read again", async () => {
  const { clock, tick } = manualClock();
  const readers = new BackendReaders(clock);
  for (const name of ["a", "b", "a", "b"]) {
    readers.note(name);
    await tick(2_500);
  }
  const done = await settledAfter(readers);
  readers.note("a");
  await tick(1_000);
  assert.equal(done(), false);
  readers.note("b");
  await tick(50);
  assert.equal(done(), false, "the reader has not had the time to act on it");
  await tick(50);
  assert.equal(done(), true);
});

Deno.test("BackendReaders.settled() does not wait for a reader that has gone", async () => {
  const { clock, tick } = manualClock();
  const readers = new BackendReaders(clock);
  readers.note("lb");
  await tick(5_000);
  readers.note("lb");
  const done = await settledAfter(readers);
  await tick(7_600);
  assert.equal(done(), false);
  await tick(200);
  assert.equal(done(), true);
});
