import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sampleIncident } from "../conformance/mod.ts";
import { StoreUnavailable } from "../store.ts";
import { openSqliteStore } from "./open.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const mode = (path: string) => (Deno.statSync(path).mode ?? 0) & 0o777;

Deno.test("openSqliteStore() leaves its files to their owner, also those that were there", () =>
  inFolder(async (folder) => {
    const path = join(folder, "run", "oncall.db");
    await (await openSqliteStore(path)).close();
    assert.equal(mode(join(folder, "run")), 0o700);
    Deno.chmodSync(path, 0o644);
    Deno.chmodSync(`${path}.lock`, 0o666);
    const store = await openSqliteStore(path);
    await store.transact((tx) => tx.saveSetting("a", "1"));
    for (const suffix of ["", ".lock", "-wal", "-shm"]) assert.equal(mode(path + suffix), 0o600, suffix);
    await store.close();
  }));

Deno.test("openSqliteStore() refuses the file that another agent holds by whatever path", () =>
  inFolder(async (folder) => {
    const path = join(folder, "a", "oncall.db");
    const store = await openSqliteStore(path);
    await Deno.mkdir(join(folder, "b"));
    await Deno.symlink(path, join(folder, "b", "link.db"));
    await Deno.symlink(join(folder, "a"), join(folder, "c"));
    await Deno.link(path, join(folder, "b", "hard.db"));
    const paths = ["b/link.db", "b/hard.db", "c/oncall.db", "a/../a/oncall.db"];
    for (const other of paths) {
      await assert.rejects(openSqliteStore(join(folder, other), { holderWaitMs: 0 }), /held by another agent/, other);
    }
    await Deno.rename(path, join(folder, "moved.db"));
    await assert.rejects(openSqliteStore(join(folder, "moved.db"), { holderWaitMs: 0 }), /held by another agent/);
    await assert.rejects(openSqliteStore(path, { holderWaitMs: 0 }), /held by another agent/);
    await store.close();
  }));

Deno.test("transact() writes nothing where it would not be found again, and goes on when the file is back", () =>
  inFolder(async (folder) => {
    const path = join(folder, "oncall.db");
    const away = join(folder, "away.db");
    const store = await openSqliteStore(path);
    const put = (value: string) => store.transact((tx) => tx.saveSetting("a", value));
    await put("1");
    await Deno.rename(path, away);
    await assert.rejects(put("2"), (error: Error) => {
      assert(error instanceof StoreUnavailable);
      assert.match(error.message, /was moved or removed: put it back, or restart/);
      return true;
    });
    assert.match(await store.fault() ?? "", /moved or removed/);
    await Deno.writeTextFile(path, "");
    await assert.rejects(put("3"), /was replaced by another/);
    await Deno.rename(away, path);
    await put("4");
    assert.equal(await store.fault(), undefined);
    await store.close();
  }));

Deno.test("openSqliteStore() tells a store that is new from one that is lost and from one that was kept", () =>
  inFolder(async (folder) => {
    const path = join(folder, "oncall.db");
    const kind = async () => {
      const store = await openSqliteStore(path);
      await store.close();
      return store.origin.kind;
    };
    assert.deepEqual([await kind(), await kind()], ["new", "kept"]);
    await Deno.remove(path);
    assert.equal(await kind(), "lost");
  }));

Deno.test("openSqliteStore() takes over what can be read of a damaged file", () =>
  inFolder(async (folder) => {
    const path = join(folder, "oncall.db");
    const store = await openSqliteStore(path);
    const ids: string[] = [];
    for (let n = 0; n < 300; n++) {
      const incident = { ...sampleIncident(), id: `i${n}`, code: `C${n}`, group_key: `g${n}` };
      ids.push(incident.id);
      await store.transact(async (tx) => {
        await tx.saveIncident(incident);
        await tx.addTimeline(incident.id, { at: incident.opened_at, kind: "note", text: "x".repeat(500), by: "agent" });
      });
    }
    await store.close();
    const db = new DatabaseSync(path);
    const pages = (db.prepare("PRAGMA page_count").get() as { page_count: number }).page_count;
    const leaf = (table: string) =>
      db.prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno LIMIT 1 OFFSET 2")
        .get(table) as { pageno: number } | undefined;
    let torn: number[];
    try {
      torn = ["incidents", "timeline"].map((table) => leaf(table)!.pageno);
    } catch {
      torn = [Math.floor(pages / 2), Math.floor(pages / 3)];
    }
    db.close();
    const file = await Deno.open(path, { write: true });
    for (const page of torn) {
      await file.seek((page - 1) * 4096, Deno.SeekMode.Start);
      await file.write(new Uint8Array(4096).fill(0xff));
    }
    file.close();
    const reports: string[] = [];
    const again = await openSqliteStore(path, { report: (text) => reports.push(text) });
    assert.equal(again.origin.kind, "salvaged");
    assert.match(reports.join(), /is damaged .*kept as .*rows with \d+ incidents were read and taken over/);
    const { incidents } = await again.list({ limit: 500 });
    assert.ok(incidents.length > 200 && incidents.every(({ id }) => ids.includes(id)), `${incidents.length}`);
    assert.equal(await again.fault(), undefined);
    await again.transact((tx) => tx.saveIncident({ ...sampleIncident(), id: "new", group_key: "new" }));
    await again.close();
    assert.equal((await openAndClose(path)).kind, "kept");
  }));

async function openAndClose(path: string) {
  const store = await openSqliteStore(path);
  await store.close();
  return store.origin;
}

Deno.test("fault() says why nothing can be written, and stops when something can", () =>
  inFolder(async (folder) => {
    const path = join(folder, "oncall.db");
    const store = await openSqliteStore(path, { queue: { lockWaitMs: 0 } });
    assert.equal(await store.fault(), undefined);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await assert.rejects(store.transact((tx) => tx.saveSetting("a", "1")), StoreUnavailable);
    assert.match(await store.fault() ?? "", /cannot write: .*locked/);
    other.exec("ROLLBACK");
    other.close();
    assert.equal(await store.fault(), undefined);
    await store.close();
    assert.match(await store.fault() ?? "", /closed/);
  }));
