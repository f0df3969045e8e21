import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { backUp, backupName, putBack, removeOld } from "./backup.ts";
import { FileHold } from "./hold.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function make(path: string, incidents: number): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; CREATE TABLE incidents (id INTEGER PRIMARY KEY, text TEXT)");
  for (let n = 0; n < incidents; n++) db.prepare("INSERT INTO incidents (text) VALUES (?)").run("x".repeat(500));
  return db;
}

Deno.test("backUp() copies a store that is in use, for its owner only, and putBack() puts it in an empty folder", () =>
  inFolder(async (folder) => {
    const db = make(join(folder, "oncall.db"), 100);
    const copied = await backUp(join(folder, "oncall.db"), join(folder, "b", "copy.db"));
    assert.deepEqual(copied.rows, { incidents: 100 });
    assert.equal(Deno.statSync(copied.path).mode! & 0o777, 0o600);
    db.close();
    const back = await putBack(copied.path, join(folder, "new", "oncall.db"), { now: new Date() });
    assert.deepEqual([back.rows, back.aside], [{ incidents: 100 }, undefined]);
    await assert.rejects(backUp(join(folder, "oncall.db"), copied.path), /is there already/);
    await assert.rejects(backUp(join(folder, "none.db"), join(folder, "x.db")), Deno.errors.NotFound);
  }));

Deno.test("putBack() keeps what was there, and changes nothing for a damaged backup or while an agent runs", () =>
  inFolder(async (folder) => {
    const path = join(folder, "oncall.db");
    make(path, 3).close();
    const { path: copy } = await backUp(path, join(folder, "copy.db"));
    const hold = await FileHold.take(path, 0);
    await assert.rejects(putBack(copy, path, { now: new Date() }), /held by another agent/);
    hold.close();
    const { aside } = await putBack(copy, path, { now: new Date() });
    assert.ok(Deno.statSync(aside!).isFile);
    for (const damage of ["no database at all ".repeat(500), ""]) {
      await Deno.writeTextFile(join(folder, "bad.db"), damage);
      await assert.rejects(putBack(join(folder, "bad.db"), path, { now: new Date() }), /damaged|no backup of/);
    }
    const db = new DatabaseSync(path);
    assert.equal(db.prepare("SELECT count(*) AS n FROM incidents").get()!.n, 3);
    db.close();
  }));

Deno.test("removeOld() goes by number and age, keeps the newest, and touches nothing else", () =>
  inFolder(async (folder) => {
    const now = new Date("2026-03-01T00:00:00Z");
    const at = (days: number) => new Date(now.getTime() - days * 86_400_000);
    for (const days of [1, 2, 3, 40]) {
      const path = join(folder, backupName(at(days)));
      await Deno.writeTextFile(path, "");
      Deno.utimeSync(path, at(days), at(days));
    }
    await Deno.writeTextFile(join(folder, "mine.db"), "");
    assert.deepEqual(removeOld(folder, { keep: 10, days: 30, now }), [backupName(at(40))]);
    assert.deepEqual(removeOld(folder, { keep: 2, days: 30, now }), [backupName(at(3))]);
    assert.deepEqual(removeOld(folder, { keep: 1, days: 1, now: at(-100) }), [backupName(at(2))]);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["mine.db", backupName(at(1))]);
  }));
