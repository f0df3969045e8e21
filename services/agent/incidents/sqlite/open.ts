import { sleep } from "../../../lib/waiting/mod.ts";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConfigurationError } from "../../../lib/configuration/mod.ts";
import type { Store } from "../store.ts";
import { freeLeases } from "./claims.ts";
import type { CommitQueueOptions } from "./commit_queue.ts";
import { migrate } from "./schema.ts";
import { Connection } from "./statements.ts";
import { SqliteStore } from "./store.ts";

/** How a SQLite store is opened; every field has a real default. */
export interface SqliteOptions {
  readonly now?: () => Date;
  /** Default: the process's own, or `now` where that is given. */
  readonly monotonicMs?: () => number;
  readonly random?: () => number;
  readonly queue?: Partial<CommitQueueOptions>;
  /** How long the file's former holder may take to let go, in milliseconds. */
  readonly holderWaitMs?: number;
  /** How many pages of 4 KiB the file may have; past it writes fail as on a full disk. */
  readonly maxPages?: number;
  /** Told what was found and done at opening. */
  readonly report?: (text: string) => void;
}

const MEMORY = ":memory:";
// Checking takes about 4 ms a megabyte, and a restart should not take longer than a delivery's patience.
const CHECKED_WHOLE_BYTES = 64 * 1024 * 1024;

/**
 * Opens the database at `path` (`:memory:` for one that is gone when closed), brings its schema up to date, frees what
 * a dead agent held, and keeps every other agent out until closed.
 *
 * @throws {ConfigurationError} when the file cannot be opened or another agent holds it.
 */
export async function openSqliteStore(path: string, options: SqliteOptions = {}): Promise<Store> {
  const { now = () => new Date(), random = Math.random } = options;
  const monotonicMs = options.monotonicMs ?? (options.now ? () => now().getTime() : () => performance.now());
  const hold = path === MEMORY ? undefined : await holdFile(path, options.holderWaitMs ?? 2_000);
  const opened: DatabaseSync[] = [];
  const release = () => {
    for (const db of opened.reverse()) if (db.isOpen) db.close();
    hold?.close();
  };
  try {
    const writer = new Connection(openChecked(path, opened, options.report ?? (() => {})));
    migrate(writer.db);
    if (options.maxPages !== undefined) writer.db.exec(`PRAGMA max_page_count = ${options.maxPages}`);
    freeLeases(writer);
    let reader: Connection | undefined;
    if (path !== MEMORY) {
      const db = new DatabaseSync(path, { timeout: 0 });
      opened.push(db);
      db.exec("PRAGMA query_only = 1; PRAGMA cache_size = -8192; PRAGMA temp_store = MEMORY");
      reader = new Connection(db);
    }
    return new SqliteStore({
      writer,
      reader,
      now,
      monotonicMs,
      random,
      queue: { maxWaiting: 4_096, lockWaitMs: 3_000, bodyMs: 10_000, ...options.queue },
      release,
    });
  } catch (cause) {
    release();
    if (cause instanceof ConfigurationError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`Cannot open the store ${path}: ${reason}`, { cause });
  }
}

/** Opens the database and checks it; a damaged one is set aside, so that the next page still finds an agent. */
function openChecked(path: string, opened: DatabaseSync[], report: (text: string) => void): DatabaseSync {
  const open = () => {
    const db = new DatabaseSync(path, { timeout: 0 });
    opened.push(db);
    db.exec(
      "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768; " +
        "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864",
    );
    return db;
  };
  let damage: string;
  try {
    const db = open();
    const problem = damageIn(db);
    if (problem === undefined) return db;
    damage = problem;
  } catch (error) {
    if (path === MEMORY || !/malformed|not a database/.test(String(error))) throw error;
    damage = (error as Error).message;
  }
  opened.pop()?.close();
  const aside = `${path}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, "")}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    try {
      Deno.renameSync(path + suffix, aside + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  report(`the store ${path} is damaged (${damage}): kept as ${aside}, starting with an empty one`);
  return open();
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

/** Takes the lock beside the file; the system lets go of it when the process ends, however it ends. */
async function holdFile(path: string, waitMs: number): Promise<Deno.FsFile> {
  const lockPath = `${path}.lock`;
  let file: Deno.FsFile;
  try {
    Deno.mkdirSync(dirname(path), { recursive: true });
    file = Deno.openSync(lockPath, { create: true, read: true, write: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`Cannot open the store ${path}: ${reason}`, { cause });
  }
  const deadline = performance.now() + waitMs;
  while (!await file.tryLock(true)) {
    if (performance.now() >= deadline) {
      const holder = Deno.readTextFileSync(lockPath).trim();
      file.close();
      throw new ConfigurationError(
        `the store ${path} is held by another agent${
          holder ? ` (process ${holder})` : ""
        }: stop it, or set ONCALL_STORE`,
      );
    }
    await sleep(50);
  }
  file.truncateSync();
  file.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
  return file;
}
