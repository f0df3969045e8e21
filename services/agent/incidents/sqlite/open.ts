import { DatabaseSync } from "node:sqlite";
import { ConfigurationError } from "../../../lib/configuration/mod.ts";
import { FileHold } from "../../../lib/database/mod.ts";
import type { Store } from "../store.ts";
import { checkedDatabase } from "./checked.ts";
import { freeLeases } from "./claims.ts";
import { type CommitQueueOptions, isStorageFault } from "./commit_queue.ts";
import { Connection } from "./statements.ts";
import { SqliteStore } from "./store.ts";

/** How a SQLite store is opened; every field has a real default. */
export interface SqliteOptions {
  readonly now?: () => Date;
  /** Default: the process's own, or `now` where that is given. */
  readonly monotonicMs?: () => number;
  readonly random?: () => number;
  readonly queue?: Partial<CommitQueueOptions>;
  /** How long the process that held the file may take to release it, in milliseconds. */
  readonly holderWaitMs?: number;
  /** How many pages of 4 KiB the file may have; past it writes fail as on a full disk. */
  readonly maxPages?: number;
  /** Called with findings and repairs at opening. */
  readonly report?: (text: string) => void;
}

const MEMORY = ":memory:";

/**
 * Opens the database at `path` (`:memory:` for one that is gone when closed), brings its schema up to date, frees what
 * an ended agent held, and locks out every other agent until closed.
 *
 * @throws {ConfigurationError} when the file cannot be opened or another agent holds it.
 */
export async function openSqliteStore(path: string, options: SqliteOptions = {}): Promise<Store> {
  const { now = () => new Date(), random = Math.random } = options;
  const monotonicMs = options.monotonicMs ?? (options.now ? () => now().getTime() : () => performance.now());
  const hold = path === MEMORY ? undefined : await FileHold.take(path, options.holderWaitMs ?? 2_000);
  const opened: DatabaseSync[] = [];
  const release = () => {
    for (const db of opened.reverse()) if (db.isOpen) db.close();
    hold?.close();
  };
  try {
    const { report = () => {} } = options;
    const { db, origin, alone } = await checkedDatabase(hold?.path ?? path, { hold, opened, report, now });
    const writer = new Connection(db);
    if (options.maxPages !== undefined) writer.db.exec(`PRAGMA max_page_count = ${options.maxPages}`);
    const freed = tryToFree(writer, report);
    let reader: Connection | undefined;
    if (alone) reader = new Connection(db);
    else if (hold !== undefined) {
      const db = new DatabaseSync(hold.path, { timeout: 0 });
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
      origin,
      freed,
      queue: {
        maxWaiting: 4_096,
        lockWaitMs: 3_000,
        bodyMs: 10_000,
        hindrance: () => hold?.moved(),
        ...options.queue,
      },
      release: () => {
        if (hold !== undefined) leaveReadable(opened);
        release();
      },
    });
  } catch (cause) {
    release();
    if (cause instanceof ConfigurationError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`Cannot open the store ${path}: ${reason}`, { cause });
  }
}

/**
 * Leaves one file that can be read by itself: one in WAL mode cannot be opened where the files beside it cannot be made, on a
 * full disk or a read-only file system.
 */
function leaveReadable([writer, ...others]: readonly DatabaseSync[]): void {
  for (const db of others) if (db.isOpen) db.close();
  try {
    if (writer?.isOpen) writer.exec("PRAGMA journal_mode = DELETE");
  } catch {
    // Another process reads it, or there is no room: it stays as it is.
  }
}

/** Releases what an ended agent held; false when nothing can be written now, so that it is done later. */
function tryToFree(writer: Connection, report: (text: string) => void): boolean {
  try {
    freeLeases(writer);
    return true;
  } catch (error) {
    if (!isStorageFault(error)) throw error;
    report(
      `the store cannot be written (${(error as Error).message}): it is read, and no alerts are taken until it can`,
    );
    return false;
  }
}
