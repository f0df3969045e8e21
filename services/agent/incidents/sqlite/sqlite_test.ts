import assert from "node:assert/strict";
import fc from "fast-check";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConfigurationError } from "../../../lib/configuration/mod.ts";
import { sampleIncident, testStore } from "../conformance/mod.ts";
import { openStore } from "../open.ts";
import { type Store, StoreUnavailable } from "../store.ts";
import { openSqliteStore } from "./open.ts";
import { migrate, SCHEMA_VERSION, STEPS } from "./schema.ts";

testStore("SqliteStore in a file", async () => {
  const folder = await Deno.makeTempDir();
  let wall = Date.parse("2026-01-01T00:00:00Z");
  let monotonic = 0;
  const now = () => new Date(wall);
  const opened: Store[] = [];
  const open = async () => {
    const path = join(folder, `oncall.db`);
    const store = await openSqliteStore(path, { now, monotonicMs: () => monotonic });
    opened.push(store);
    return store;
  };
  return {
    store: await open(),
    now,
    advance: (ms) => {
      wall += ms;
      monotonic += ms;
    },
    setWall: (byMs) => {
      wall += byMs;
    },
    reopen: async () => {
      await opened.at(-1)!.close();
      return await open();
    },
    close: async () => {
      for (const store of opened) await store.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
});

async function inFolder(body: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(join(folder, "run", "oncall.db"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("openSqliteStore() refuses a file that another agent holds, naming the process", () =>
  inFolder(async (path) => {
    const store = await openSqliteStore(path);
    await assert.rejects(openSqliteStore(path, { holderWaitMs: 0 }), (error: Error) => {
      assert(error instanceof ConfigurationError);
      assert.match(error.message, new RegExp(`held by another agent \\(process ${Deno.pid}\\)`));
      return true;
    });
    await store.close();
    await (await openSqliteStore(path, { holderWaitMs: 0 })).close();
  }));

Deno.test("openSqliteStore() waits for a holder that is about to let go", () =>
  inFolder(async (path) => {
    const store = await openSqliteStore(path);
    const next = openSqliteStore(path, { holderWaitMs: 30_000 });
    await store.close();
    await (await next).close();
  }));

Deno.test("openSqliteStore() sets a damaged file aside and says so", () =>
  inFolder(async (path) => {
    await (await openSqliteStore(path)).close();
    await Deno.writeTextFile(path, "this is no database, and long enough to be read as one. ".repeat(100));
    const reports: string[] = [];
    const store = await openSqliteStore(path, { report: (text) => reports.push(text) });
    assert.match(reports.join(), /is damaged .*kept as .*\.damaged-/);
    assert.deepEqual((await store.list({ limit: 5 })).incidents, []);
    await store.close();
  }));

Deno.test("migrate() refuses a file of a newer version and keeps an older one's rows", () => {
  const db = new DatabaseSync(":memory:");
  migrate(db);
  assert.equal(db.prepare("PRAGMA user_version").get()!.user_version, SCHEMA_VERSION);
  db.exec("INSERT INTO settings (name, value) VALUES ('a', '1')");
  migrate(db, [...Array(SCHEMA_VERSION).fill(""), "ALTER TABLE settings ADD COLUMN extra TEXT DEFAULT 'x'"]);
  assert.deepEqual({ ...db.prepare("SELECT name, value, extra FROM settings").get() }, {
    name: "a",
    value: "1",
    extra: "x",
  });
  assert.throws(() => migrate(db), /newer agent/);
  db.close();
});

Deno.test("migrate() gives the messages of version 1 to their incidents and forgets those of none", () => {
  const db = new DatabaseSync(":memory:");
  migrate(db, STEPS.slice(0, 1));
  db.exec(
    `INSERT INTO incidents (id, code, state, service, severity, title, group_key, opened_at, truncated_alerts, episode)
    VALUES ('i', 'K7QF', 'open', 's', '', 't', 'g', '2026-01-01T00:00:00Z', 0, 1)`,
  );
  db.exec("INSERT INTO settings VALUES ('message/SM1', 'i'), ('message/SM2', 'gone'), ('heartbeat', '{}')");
  migrate(db);
  assert.deepEqual(
    db.prepare("SELECT name, incident_id FROM settings ORDER BY name").all().map((row) => ({ ...row })),
    [{ name: "heartbeat", incident_id: null }, { name: "message/SM1", incident_id: "i" }],
  );
  db.close();
});

Deno.test("migrate() leaves nothing of a step that fails", () => {
  const db = new DatabaseSync(":memory:");
  assert.throws(() => migrate(db, ["CREATE TABLE a (b)", "CREATE TABLE c (d); nonsense"]));
  assert.equal(db.prepare("PRAGMA user_version").get()!.user_version, 1);
  assert.throws(() => db.prepare("SELECT * FROM c"));
  db.close();
});

Deno.test("transact() waits for another process's lock, and gives up with StoreUnavailable", () =>
  inFolder(async (path) => {
    const store = await openSqliteStore(path, { queue: { lockWaitMs: 30_000 } });
    const other = new DatabaseSync(path);
    other.exec("BEGIN EXCLUSIVE");
    const waiting = store.transact((tx) => tx.saveSetting("a", "1"));
    assert.equal(await store.view("none"), undefined);
    other.exec("COMMIT");
    await waiting;
    await store.close();

    const impatient = await openSqliteStore(path, { queue: { lockWaitMs: 0 } });
    other.exec("BEGIN EXCLUSIVE");
    await assert.rejects(impatient.transact((tx) => tx.saveSetting("a", "2")), StoreUnavailable);
    other.exec("COMMIT");
    await impatient.transact((tx) => tx.saveSetting("a", "3"));
    other.close();
    await impatient.close();
  }));

Deno.test("transact() gives up with StoreUnavailable when the disk is full, and goes on when there is room", () =>
  inFolder(async (path) => {
    const store = await openSqliteStore(path, { maxPages: 100 });
    const body = "x".repeat(100_000);
    const put = (id: string) =>
      store.transact((tx) => tx.addDelivery({ id, received_at: "2026-01-01T00:00:00Z", body }));
    let kept = 0;
    await assert.rejects(async () => {
      for (; kept < 100; kept++) await put(`d${kept}`);
    }, StoreUnavailable);
    assert.ok(kept > 0);
    const together = await Promise.allSettled([store.transact((tx) => tx.saveIncident(sampleIncident())), put("big")]);
    for (const result of together) {
      if (result.status === "rejected") assert(result.reason instanceof StoreUnavailable);
    }
    await store.close();
    const roomy = await openSqliteStore(path);
    await roomy.transact((tx) => tx.addDelivery({ id: "d", received_at: "2026-01-01T00:00:00Z", body }));
    await roomy.close();
  }));

Deno.test("transact() keeps every body's writes once, whichever of them fail", async () => {
  const store = await openSqliteStore(":memory:");
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), async (fails) => {
      await store.transact((tx) => tx.saveSetting("written", ""));
      const results = await Promise.allSettled(fails.map((fail, n) =>
        store.transact(async (tx) => {
          await tx.saveSetting("written", `${await tx.setting("written")}${n} `);
          if (fail) throw new RangeError(`${n}`);
        })
      ));
      assert.deepEqual(results.map((result) => result.status === "rejected"), fails);
      const kept = fails.flatMap((fail, n) => fail ? [] : [`${n} `]).join("");
      assert.equal(await store.transact((tx) => tx.setting("written")), kept);
    }),
    { numRuns: 50 },
  );
  await store.close();
});

Deno.test("transact() refuses when too many wait, and when closed", async () => {
  const store = await openSqliteStore(":memory:", { queue: { maxWaiting: 2 } });
  const results = await Promise.allSettled([1, 2, 3].map((n) => store.transact((tx) => tx.saveSetting("n", `${n}`))));
  assert.deepEqual(results.map((r) => r.status), ["fulfilled", "fulfilled", "rejected"]);
  assert((results[2] as PromiseRejectedResult).reason instanceof StoreUnavailable);
  await store.close();
  await assert.rejects(store.transact((tx) => tx.saveSetting("n", "4")), StoreUnavailable);
});

Deno.test("transact() ends a body that takes too long, and goes on with the others", async () => {
  const store = await openSqliteStore(":memory:", { queue: { bodyMs: 20 } });
  const { promise: never, resolve } = Promise.withResolvers<void>();
  const stuck = store.transact(async (tx) => {
    await tx.saveSetting("stuck", "1");
    await never;
    await tx.saveSetting("stuck", "2");
  });
  const next = store.transact((tx) => tx.saveSetting("next", "1"));
  await assert.rejects(stuck, /took longer than 20 ms/);
  await next;
  resolve();
  await store.transact(async (tx) => {
    assert.deepEqual([await tx.setting("stuck"), await tx.setting("next")], [undefined, "1"]);
  });
  await store.close();
});

Deno.test("openStore() says that there is no PostgreSQL store yet, and never shows a password", async () => {
  await assert.rejects(openStore("postgres://u:secret@db/x"), /no PostgreSQL store yet/);
  await assert.rejects(openStore("mysql://u:secret@db/x"), (error: Error) => {
    assert.match(error.message, /expected sqlite:<path>/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
  await (await openStore("sqlite::memory:")).close();
});
