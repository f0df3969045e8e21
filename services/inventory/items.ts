import { sleep } from "../lib/waiting/mod.ts";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import * as v from "valibot";
import { ConfigurationError } from "../lib/configuration/mod.ts";
import { isBusy, StoreQueue } from "./store_queue.ts";

const text = v.pipe(v.string("expected some text"), v.nonEmpty("expected some text"));

/** Body of `PUT /items/{id}`. */
export const itemSchema = v.strictObject({
  name: text,
  price: v.pipe(
    v.number("expected a number, 0 or more"),
    v.finite("expected a number, 0 or more"),
    v.minValue(0, "expected a number, 0 or more"),
  ),
  manufacturer: text,
});
export type Item = v.InferOutput<typeof itemSchema>;

/** An item as the store has it. */
export interface StoredItem extends Item {
  readonly id: string;
}

/** The `{id}` of `/items/{id}`. */
export const itemIdSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9._~-]{1,128}$/, "expected 1 to 128 letters, digits, dots, dashes, underscores or tildes"),
);

/** How long SQLite waits for another instance's write, in milliseconds; it blocks this process. */
const BUSY_MS = 5;
/** The same while the store is opened. */
const OPENING_BUSY_MS = 2_000;
/** Items are counted at each change, so that a scrape does not read the whole store. */
const SCHEMA = `
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS items (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, price REAL NOT NULL, manufacturer TEXT NOT NULL
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE IF NOT EXISTS item_count (items INTEGER NOT NULL) STRICT;
  INSERT INTO item_count SELECT (SELECT count(*) FROM items) WHERE NOT EXISTS (SELECT 1 FROM item_count);
  CREATE TRIGGER IF NOT EXISTS item_added AFTER INSERT ON items BEGIN UPDATE item_count SET items = items + 1; END;
  CREATE TRIGGER IF NOT EXISTS item_removed AFTER DELETE ON items BEGIN UPDATE item_count SET items = items - 1; END;
  COMMIT;
`;

/** Runs added functions after the current requests are handled, before others are received. */
const settled = Promise.resolve();
/** Characters of text that are kept ready. */
const CACHED_SIZE = 16 * 2 ** 20;

/**
 * The items, in one SQLite file that all instances share. What another process wrote is read at once: items are kept in
 * memory, and dropped as soon as the file's `data_version` says that somebody else has written.
 */
export class Items {
  readonly #db: DatabaseSync;
  readonly #select: StatementSync;
  readonly #upsert: StatementSync;
  readonly #count: StatementSync;
  readonly #dataVersion: StatementSync;
  readonly #cache = new Map<string, StoredItem>();
  #cachedSize = 0;
  readonly #queue = new StoreQueue();
  #version = -1;
  #checked = false;
  readonly #uncheck = () => {
    this.#checked = false;
  };

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#select = db.prepare("SELECT id, name, price, manufacturer FROM items WHERE id = ?");
    this.#upsert = db.prepare(
      `INSERT INTO items (id, name, price, manufacturer) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, price = excluded.price, manufacturer = excluded.manufacturer`,
    );
    this.#count = db.prepare("SELECT items FROM item_count");
    this.#dataVersion = db.prepare("PRAGMA data_version");
  }

  /** The item, or undefined when there is none. */
  get(id: string): StoredItem | undefined {
    // Requests that were received together are handled in one go, before anything else is received; one look at the
    // file's version serves them all without any of them missing a write that was answered before it was sent.
    if (!this.#checked) this.#check();
    return this.#cache.get(id) ?? this.#load(id);
  }

  /** Reads the item as {@linkcode get} does, and waits where that would fail: another process repairs the file. */
  find(id: string): StoredItem | undefined | Promise<StoredItem | undefined> {
    try {
      return this.get(id);
    } catch (error) {
      if (!isBusy(error)) throw error;
      return this.#queue.run(() => this.get(id));
    }
  }

  /**
   * Writes the item, new or not; at once, unless another process is writing.
   *
   * @throws {ApiError} 503 when that one does not let go of the store.
   */
  put(id: string, item: Item): StoredItem | Promise<StoredItem> {
    return this.#queue.run(() => this.#write(id, item));
  }

  #write(id: string, item: Item): StoredItem {
    this.#upsert.run(id, item.name, item.price, item.manufacturer);
    const stored = { id, name: item.name, price: item.price, manufacturer: item.manufacturer };
    if (!this.#checked) this.#check();
    this.#drop(id);
    this.#keep(stored);
    return stored;
  }

  /** The store's connection, for reports. */
  get database(): DatabaseSync {
    return this.#db;
  }

  /** How many items there are. */
  count(): number {
    return this.#count.get()!.items as number;
  }

  close(): void {
    this.#queue.close();
    this.#db.close();
  }

  #check(): void {
    const version = this.#dataVersion.get()!.data_version as number;
    if (version !== this.#version) {
      this.#clear();
      this.#version = version;
    }
    this.#checked = true;
    settled.then(this.#uncheck);
  }

  #load(id: string): StoredItem | undefined {
    const row = this.#select.get(id);
    if (row === undefined) return undefined;
    const { name, price, manufacturer } = row as unknown as StoredItem;
    const stored = { id, name, price, manufacturer };
    this.#keep(stored);
    return stored;
  }

  #keep(item: StoredItem): void {
    const size = sizeOf(item);
    if (this.#cachedSize + size > CACHED_SIZE) this.#clear();
    this.#cache.set(item.id, item);
    this.#cachedSize += size;
  }

  #drop(id: string): void {
    const item = this.#cache.get(id);
    if (item === undefined) return;
    this.#cachedSize -= sizeOf(item);
    this.#cache.delete(id);
  }

  #clear(): void {
    this.#cache.clear();
    this.#cachedSize = 0;
  }
}

function sizeOf(item: StoredItem): number {
  return 64 + item.id.length + item.name.length + item.manufacturer.length;
}

/**
 * Opens the store, and makes it when there is none.
 *
 * @throws {ConfigurationError} naming the file when it cannot be opened.
 */
export async function openItems(path: string): Promise<Items> {
  for (let attempt = 1;; attempt++) {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path, { timeout: OPENING_BUSY_MS });
      // NORMAL: what was answered survives the process, at the price of the last moments if the machine loses power.
      db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
      db.exec(SCHEMA);
      db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
      return new Items(db);
    } catch (cause) {
      db?.close();
      const reason = cause instanceof Error ? cause.message : String(cause);
      // Instances that start at the same moment contend for the change to WAL, which does not wait by itself.
      if (attempt < 50 && /locked|busy/i.test(reason)) {
        await sleep(20 + Math.random() * 80);
        continue;
      }
      throw new ConfigurationError(`Cannot open the item store ${path}: ${reason}`, { cause });
    }
  }
}
