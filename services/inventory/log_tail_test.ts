import assert from "node:assert/strict";
import fc from "fast-check";
import { parseEntries, tailLog } from "./log_tail.ts";
import { inFolder } from "./testing/instance.ts";

const line = (second: number, message: string, pid = 7) =>
  `2026-01-01 00:00:${String(second).padStart(2, "0")},000 ${pid} ERROR ${message}\n`;
const since = Date.UTC(2026, 0, 1);

/** What `tailLog()` must answer, by reading everything. */
function naive(text: string, limit: number, since: number) {
  const time = (timestamp: string) => Date.parse(`${timestamp.replace(" ", "T").replace(",", ".")}Z`);
  return parseEntries(text).filter((entry) => time(entry.timestamp) >= since).slice(-limit);
}

Deno.test("tailLog() answers what reading the whole file would, whatever the block's size", async () => {
  const message = fc.string({ unit: fc.constantFrom("a", " ", "é", "\u{1F4E6}", "1", ",", "-", ":"), maxLength: 60 });
  const stack = fc.array(
    fc.oneof(message.map((text) => `    at ${text}`), message, fc.constant("2026-01-01 00:00:00,0 7 ERROR no")),
    { maxLength: 4 },
  );
  const entry = fc.record({ step: fc.nat(2), message, stack });
  await inFolder(async (folder) => {
    const path = `${folder}/log`;
    await fc.assert(
      fc.asyncProperty(
        fc.array(entry, { maxLength: 20 }),
        fc.nat(30),
        fc.nat(200),
        fc.integer({ min: 1, max: 25 }),
        fc.integer({ min: 1, max: 400 }),
        async (entries, from, cut, limit, blockBytes) => {
          let second = 0;
          let text = "";
          for (const { step, message, stack } of entries) {
            text += line(second += step, [message, ...stack].join("\n"));
          }
          // Cut at both ends, as a file is that was copied or truncated while written to.
          const bytes = new TextEncoder().encode(text);
          const kept = bytes.subarray(Math.min(cut, bytes.length), bytes.length - Math.min(cut >> 1, bytes.length));
          await Deno.writeFile(path, kept);
          const wanted = since + from * 1000;
          const expected = naive(new TextDecoder().decode(kept), limit, wanted);
          assert.deepEqual(await tailLog(path, { since: wanted, limit, blockBytes }), expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});

Deno.test("tailLog() goes on into the rotated file, and answers nothing when there is none", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/log`;
    const messages = async (limit = 10) => (await tailLog(path, { since, limit })).map((entry) => entry.message);
    assert.deepEqual(await messages(), []);
    await Deno.writeTextFile(`${path}.1`, line(1, "one") + line(2, "two"));
    assert.deepEqual(await messages(), ["one", "two"]);
    await Deno.writeTextFile(path, line(3, "three"));
    assert.deepEqual(await messages(), ["one", "two", "three"]);
    assert.deepEqual(await messages(2), ["two", "three"]);
    assert.deepEqual(await messages(1), ["three"]);
  });
});

Deno.test("tailLog() sorts neighbors that were written out of order", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/log`;
    await Deno.writeTextFile(path, line(2, "two") + line(1, "one") + line(3, "three"));
    const entries = await tailLog(path, { since, limit: 10 });
    assert.deepEqual(entries.map((entry) => entry.message), ["one", "two", "three"]);
  });
});

Deno.test("tailLog() leaves a head out that was cut before its message", () => {
  for (const cut of ["2026-", "2026-01-01 00:00:0", "2026-01-01 00:00:02,000 7", "2026-01-01 00:00:02,000 7 ERR"]) {
    assert.deepEqual(parseEntries(line(1, "one") + cut).map((entry) => entry.message), ["one"]);
  }
});

Deno.test("tailLog() reads a bounded part of a huge file", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/log`;
    const file = await Deno.open(path, { write: true, createNew: true });
    // A sparse file: 1 GB of zeros, which are one endless line.
    await file.truncate(2 ** 30);
    await file.seek(0, Deno.SeekMode.End);
    await file.write(new TextEncoder().encode("\n" + line(1, "one") + "    at f\n" + line(2, "two")));
    file.close();
    const before = Deno.memoryUsage().rss;
    const entries = await tailLog(path, { since, limit: 500 });
    assert.deepEqual(entries.map((entry) => entry.message), ["one\n    at f", "two"]);
    assert.ok(Deno.memoryUsage().rss - before < 200 * 2 ** 20);
  });
});
