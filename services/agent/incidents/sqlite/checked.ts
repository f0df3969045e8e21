import { DatabaseSync } from "node:sqlite";
import { type FileHold, ownerOnly, salvage } from "../../../lib/database/mod.ts";
import type { StoreOrigin } from "../store.ts";
import { isStorageFault } from "./commit_queue.ts";
import { migrate } from "./schema.ts";

/** What opening depends on. */
export interface CheckedOptions {
  /** Absent for a database in memory. */
  readonly hold: FileHold | undefined;
  /** Takes every connection that was opened. */
  readonly opened: DatabaseSync[];
  readonly report: (text: string) => void;
  readonly now: () => Date;
}

/** A database with today's schema. */
export interface Checked {
  readonly db: DatabaseSync;
  readonly origin: StoreOrigin;
  /** No other connection can be had: there was no room for what connections share. */
  readonly alone: boolean;
}

// Checking takes about 4 ms a megabyte, and a restart should not take longer than a delivery's timeout.
const CHECKED_WHOLE_BYTES = 64 * 1024 * 1024;
const PRAGMAS = "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; " +
  "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000; " +
  "PRAGMA journal_size_limit = 67108864";

/**
 * Opens the database, checks it, and brings its schema up to date. A damaged one is set aside and what can be read of it
 * is taken over, so that the next page still finds an agent.
 */
export async function checkedDatabase(path: string, options: CheckedOptions): Promise<Checked> {
  const { hold, opened, report } = options;
  let damage: string;
  try {
    const { db, alone } = open(path, options);
    const problem = damageIn(db);
    if (problem === undefined) {
      const empty = (db.prepare("PRAGMA user_version").get() as { user_version: number }).user_version === 0;
      migrate(db);
      return { db, alone, origin: originOf(path, { empty, lost: hold?.lost ?? false }) };
    }
    damage = problem;
  } catch (error) {
    if (hold === undefined || !/malformed|not a database/.test(String(error))) throw error;
    damage = (error as Error).message;
  }
  for (const db of opened.splice(0)) if (db.isOpen) db.close();
  const aside = setAside(path, options.now());
  await hold?.takeNew();
  const { db, alone } = open(path, options);
  migrate(db);
  const found = salvaged(db, aside);
  const text =
    `The store ${path} is damaged (${damage.split("\n", 1)[0]!.slice(0, 200)}): kept as ${aside}; ${found}. ` +
    "What fires now is taken from Alertmanager. Look through the incidents of the last days, and restore a backup if " +
    "too much is missing.";
  report(text);
  return { db, alone, origin: { kind: "salvaged", text } };
}

function originOf(path: string, { empty, lost }: { readonly empty: boolean; readonly lost: boolean }): StoreOrigin {
  if (!empty) return { kind: "kept", text: `The store ${path} is that of before.` };
  if (!lost) return { kind: "new", text: `The store ${path} began empty: there was none.` };
  return {
    kind: "lost",
    text:
      `The store ${path} was lost: an agent had it before, and the file is gone. It began empty; what fires now is ` +
      "taken from Alertmanager, older incidents are missing until a backup is restored.",
  };
}

function open(path: string, { hold, opened, report }: CheckedOptions): { db: DatabaseSync; alone: boolean } {
  const connect = (before: string) => {
    const db = new DatabaseSync(path, { timeout: 0 });
    opened.push(db);
    db.exec(before + PRAGMAS);
    // The first read shows whether the files beside it can be had.
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    if (hold !== undefined) { for (const suffix of ["-wal", "-shm"]) ownerOnly(path + suffix); }
    return db;
  };
  try {
    return { db: connect(""), alone: false };
  } catch (error) {
    if (hold === undefined || !isStorageFault(error) || /locked|busy|malformed|not a database/i.test(String(error))) {
      throw error;
    }
    // On a full disk there is no room for the index of the log that connections share: one alone keeps it in memory.
    for (const db of opened.splice(0)) if (db.isOpen) db.close();
    const db = connect("PRAGMA locking_mode = EXCLUSIVE; ");
    report(`the store ${path} was opened without room for its files (${(error as Error).message})`);
    return { db, alone: true };
  }
}

function setAside(path: string, now: Date): string {
  const aside = `${path}.damaged-${now.toISOString().replaceAll(/[:.]/g, "")}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      Deno.renameSync(path + suffix, aside + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return aside;
}

/** What could be read of the file that was set aside, in words. */
function salvaged(db: DatabaseSync, aside: string): string {
  let from: DatabaseSync | undefined;
  try {
    from = new DatabaseSync(aside, { timeout: 0 });
    const { user_version } = from.prepare("PRAGMA user_version").get() as { user_version: number };
    if (user_version === 0) return "nothing in it could be read, and the store began empty";
    db.exec("BEGIN IMMEDIATE");
    const { rows, torn } = salvage(db, from);
    db.exec("UPDATE incidents SET indexed = 0");
    db.exec("COMMIT");
    const all = Object.values(rows).reduce((a, b) => a + b, 0);
    const where = torn.length === 0 ? "" : `; something is missing in ${torn.join(", ")}`;
    return `${all} rows with ${rows.incidents ?? 0} incidents were read and taken over${where}`;
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    return `nothing in it could be read (${(error as Error).message}), and the store began empty`;
  } finally {
    from?.close();
  }
}

/** What is wrong with the file; undefined when nothing is. A large one is checked where the agent's promises stand. */
function damageIn(db: DatabaseSync): string | undefined {
  const bytes = ["page_count", "page_size"].map((name) =>
    Object.values(db.prepare(`PRAGMA ${name}`).get()!)[0] as number
  )
    .reduce((a, b) => a * b);
  const tables = bytes < CHECKED_WHOLE_BYTES ? [""] : ["('incidents')", "('alerts')", "('work')", "('outbox')"];
  return tables.map((table) => (db.prepare(`PRAGMA quick_check${table}`).get() as { quick_check: string }).quick_check)
    .find((found) => found !== "ok");
}
