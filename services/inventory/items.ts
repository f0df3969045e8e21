import { DatabaseSync, type StatementSync } from "node:sqlite";
import * as v from "valibot";
import { ConfigurationError } from "../configuration/mod.ts";

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

/** The `{id}` of `/items/{id}`. */
export const itemIdSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9._~-]{1,128}$/, "expected 1 to 128 letters, digits, dots, dashes, underscores or tildes"),
);

/** How long a write waits for another instance's write, in milliseconds. */
const BUSY_MS = 2_000;
const CACHED_CHARACTERS = 16 * 2 ** 20;

/**
 * The items, in one SQLite file that all instances share. What another process wrote is read at once: answers are kept
 * ready as text, and dropped as soon as the file's `data_version` says that somebody else has written.
 */
export class Items {
  readonly #db: DatabaseSync;
  readonly #select: StatementSync;
  readonly #upsert: StatementSync;
  readonly #count: StatementSync;
  readonly #dataVersion: StatementSync;
  readonly #cache = new Map<string, string>();
  #cachedCharacters = 0;
  #version: unknown;
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
    this.#count = db.prepare("SELECT count(*) AS items FROM items");
    this.#dataVersion = db.prepare("PRAGMA data_version");
  }

  /** The item as JSON text, or undefined when there is none. */
  json(id: string): string | undefined {
    // Requests that were received together are handled in one go, before anything else is received; one look at the
    // file's version serves them all without any of them missing a write that was answered before it was sent.
    if (!this.#checked) this.#check();
    return this.#cache.get(id) ?? this.#load(id);
  }

  /** Writes the item, new or not; answers it as JSON text. */
  put(id: string, item: Item): string {
    this.#upsert.run(id, item.name, item.price, item.manufacturer);
    const json = JSON.stringify({ id, name: item.name, price: item.price, manufacturer: item.manufacturer });
    if (!this.#checked) this.#check();
    this.#drop(id);
    this.#keep(id, json);
    return json;
  }

  /** How many items there are. */
  count(): number {
    return this.#count.get()!.items as number;
  }

  close(): void {
    this.#db.close();
  }

  #check(): void {
    const version = this.#dataVersion.get()!.data_version;
    if (version !== this.#version) {
      this.#clear();
      this.#version = version;
    }
    this.#checked = true;
    queueMicrotask(this.#uncheck);
  }

  #load(id: string): string | undefined {
    const row = this.#select.get(id);
    if (row === undefined) return undefined;
    const json = JSON.stringify(row);
    this.#keep(id, json);
    return json;
  }

  #keep(id: string, json: string): void {
    if (this.#cachedCharacters + json.length > CACHED_CHARACTERS) this.#clear();
    if (json.length > CACHED_CHARACTERS) return;
    this.#cache.set(id, json);
    this.#cachedCharacters += json.length;
  }

  #drop(id: string): void {
    this.#cachedCharacters -= this.#cache.get(id)?.length ?? 0;
    this.#cache.delete(id);
  }

  #clear(): void {
    this.#cache.clear();
    this.#cachedCharacters = 0;
  }
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
      db = new DatabaseSync(path, { timeout: BUSY_MS });
      // NORMAL: what was answered survives the process, at the price of the last moments if the machine loses power.
      db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
      db.exec(
        `CREATE TABLE IF NOT EXISTS items (
           id TEXT PRIMARY KEY, name TEXT NOT NULL, price REAL NOT NULL, manufacturer TEXT NOT NULL
         ) WITHOUT ROWID, STRICT`,
      );
      return new Items(db);
    } catch (cause) {
      db?.close();
      const reason = cause instanceof Error ? cause.message : String(cause);
      // Instances that start at the same moment contend for the change to WAL, which does not wait by itself.
      if (attempt < 50 && /locked|busy/i.test(reason)) {
        await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 80));
        continue;
      }
      throw new ConfigurationError(`Cannot open the item store ${path}: ${reason}`, { cause });
    }
  }
}
