import assert from "node:assert/strict";
import { ErrorLog, formatEntry } from "./error_log.ts";
import { parseEntries, tailLog } from "./log_tail.ts";
import { inFolder } from "./testing/instance.ts";

const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6);

Deno.test("formatEntry() writes time, process, level and message in one line and the stack under it", () => {
  assert.equal(
    formatEntry({ at, pid: 7, level: "ERROR", message: "boom", stack: "    at f (a.ts:1:2)\nat g" }),
    "2026-01-02 03:04:05,006 7 ERROR boom\n    at f (a.ts:1:2)\n    at g\n",
  );
});

Deno.test("formatEntry() lets no message begin an entry of its own", () => {
  const message = "bad input\n2026-01-02 03:04:05,006 8 ERROR forged";
  const [entry, ...more] = parseEntries(formatEntry({ at, pid: 7, level: "ERROR", message }));
  assert.equal(more.length, 0);
  assert.equal(entry!.message, "bad input\n    2026-01-02 03:04:05,006 8 ERROR forged");
});

Deno.test("formatEntry() bounds an entry", () => {
  assert.ok(formatEntry({ at, pid: 7, level: "ERROR", message: "x".repeat(10 ** 6) }).length < 20_000);
});

Deno.test("ErrorLog.write() keeps the frames of an error and of its causes", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/common.log`;
    const log = new ErrorLog({ path, now: () => at, pid: 7 });
    log.write("ERROR", "failed", new Error("outer", { cause: new RangeError("inner") }));
    log.write("CRITICAL", "no stack");
    await log.close();
    const [first, second] = parseEntries(await Deno.readTextFile(path));
    assert.match(first!.message, /^failed\n {4}at .*error_log_test\.ts[^]*\n {4}Caused by: RangeError: inner\n {4}at /);
    assert.deepEqual(second, { timestamp: "2026-01-02 03:04:05,006", pid: 7, level: "CRITICAL", message: "no stack" });
  });
});

Deno.test("ErrorLog.write() gives every tenth entry its stack when the same message comes 1,000 times a second", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/common.log`;
    let clock = at;
    const log = new ErrorLog({ path, now: () => clock, maxWaiting: 10 ** 8 });
    for (let i = 0; i < 1_000; i++, clock++) {
      log.write("ERROR", "one", new Error("one"));
      if (i % 100 === 0) log.write("ERROR", "other", new Error("other"));
    }
    await log.close();
    const entries = parseEntries(await Deno.readTextFile(path));
    const have = (message: string, from: number) =>
      entries.filter((entry) => entry.message.split("\n")[0] === message).slice(from)
        .map((entry) => entry.message.includes("\n    at "));
    assert.ok(have("one", 0).slice(0, 100).every(Boolean));
    assert.equal(have("one", 500).filter(Boolean).length, 50);
    assert.ok(have("other", 0).every(Boolean));
    assert.equal(entries.length, 1_010);
  });
});

Deno.test("ErrorLog.write() leaves entries out, and says how many, when the disk does not keep up", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/common.log`;
    const log = new ErrorLog({ path, maxWaiting: 4_000 });
    for (let i = 0; i < 200; i++) log.write("ERROR", "x".repeat(64));
    await log.close();
    const entries = parseEntries(await Deno.readTextFile(path));
    const leftOut = Number(/^(\d+) log entries were left out/.exec(entries.at(-1)!.message)?.[1]);
    assert.ok(leftOut > 100);
    assert.equal(leftOut + entries.length - 1, 200);
  });
});

Deno.test("ErrorLog.write() goes on when the log's folder was away for a while", async () => {
  await inFolder(async (folder) => {
    const log = new ErrorLog({ path: `${folder}/logs/common.log`, checkMs: 0 });
    const { error } = console;
    console.error = () => {};
    log.write("ERROR", "lost");
    await log.flush();
    console.error = error;
    await Deno.mkdir(`${folder}/logs`);
    log.write("ERROR", "kept");
    await log.close();
    assert.match(await Deno.readTextFile(`${folder}/logs/common.log`), /kept\n$/);
  });
});

Deno.test("ErrorLog keeps whole entries and its bound when several processes write and rotate", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/common.log`;
    const maxBytes = 40_000;
    const writer = `
      import { ErrorLog } from ${JSON.stringify(new URL("error_log.ts", import.meta.url).href)};
      const log = new ErrorLog({ path: ${JSON.stringify(path)}, maxBytes: ${maxBytes}, checkMs: 0 });
      for (let i = 0; i < 400; i++) {
        log.write("ERROR", "entry " + i + " of " + Deno.pid + " " + "x".repeat(i % 300), new Error("e"));
        if (i % 4 === 0) await log.flush();
      }
      await log.close();`;
    await Deno.writeTextFile(`${folder}/writer.ts`, writer);
    const statuses = await Promise.all([1, 2, 3].map(() =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", `--allow-read=${folder}`, `--allow-write=${folder}`, `${folder}/writer.ts`],
        stdout: "null",
      }).output()
    ));
    for (const { code, stderr } of statuses) assert.equal(code, 0, new TextDecoder().decode(stderr));
    for (const name of [path, `${path}.1`]) {
      const text = await Deno.readTextFile(name);
      // One batch of each writer may follow the one that crossed the bound.
      assert.ok(text.length < maxBytes + 3 * 8_000, `${name}: ${text.length}`);
      for (const { message } of parseEntries(text)) assert.match(message, /^entry \d+ of \d+ x*\n {4}at [^]*$/);
      assert.match(text, /^\d{4}-/);
    }
    const entries = await tailLog(path, { since: 0, limit: 5_000 });
    assert.ok(entries.some(({ message }) => message.startsWith("entry 399 ")));
    const names = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
    assert.deepEqual(names, ["common.log", "common.log.1", "writer.ts"]);
  });
});

Deno.test("ErrorLog rotates past a lock that a killed process left", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/common.log`;
    await Deno.writeTextFile(path, "x".repeat(2_000));
    await Deno.writeTextFile(`${path}.lock`, "");
    const longAgo = new Date(Date.now() - 60_000);
    await Deno.utime(`${path}.lock`, longAgo, longAgo);
    const log = new ErrorLog({ path, maxBytes: 1_000, checkMs: 0 });
    for (const message of ["one", "two"]) {
      log.write("ERROR", message);
      await log.flush();
    }
    await log.close();
    assert.match(await Deno.readTextFile(path), / two\n$/);
    assert.match(await Deno.readTextFile(`${path}.1`), /^x+.* one\n$/);
  });
});
