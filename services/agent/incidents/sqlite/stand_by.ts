import { DatabaseSync } from "node:sqlite";
import { ConfigurationError } from "../../../lib/configuration/mod.ts";
import {
  type Change,
  type IncidentQuery,
  type Pruned,
  type PruneOptions,
  type Store,
  type StoreOrigin,
  StoreUnavailable,
  type Transaction,
  type ViewOptions,
} from "../store.ts";
import type { Lease } from "../types.ts";
import { openSqliteStore, type SqliteOptions } from "./open.ts";
import { migrate } from "./schema.ts";
import { Connection } from "./statements.ts";
import { SqliteStore } from "./store.ts";

/** How often a store that could not be opened is tried again at most, in milliseconds. */
const TRY_EVERY_MS = 1_000;
/** A full disk, a broken one, or one that may only be read: another time it may go. */
const NO_ROOM =
  /disk is full|disk I\/O error|readonly database|read-only file system|no space left|quota|os error (5|28|30|122)\b/i;

/**
 * Opens the store at `path`. Where there is no room to open it, or its file system may only be read, the agent begins all
 * the same: what can be read is shown, every write fails, and the store is opened as soon as that goes.
 *
 * @throws {ConfigurationError} when it cannot be opened for another reason.
 */
export async function openOrStandBy(path: string, options: SqliteOptions = {}): Promise<Store> {
  try {
    return await openSqliteStore(path, options);
  } catch (error) {
    if (!(error instanceof ConfigurationError) || !NO_ROOM.test(error.message)) throw error;
    options.report?.(`${error.message}: nothing is stored and no alerts are taken until it can be opened`);
    return new StandByStore(path, error.message, options);
  }
}

/** Shows what can be read until the store can be opened, and then is that store. */
class StandByStore implements Store {
  readonly #path: string;
  readonly #options: SqliteOptions;
  readonly #listeners = new Set<(change: Change) => void>();
  #reason: string;
  #store: Store;
  #opened = false;
  #opening: Promise<void> | undefined;
  #triedAt = performance.now();
  #closed = false;

  constructor(path: string, reason: string, options: SqliteOptions) {
    this.#path = path;
    this.#reason = reason;
    this.#options = options;
    this.#store = readOnly(path, () => this.#reason, options);
    this.#follow();
  }

  get origin(): StoreOrigin {
    return this.#store.origin;
  }

  async fault(): Promise<string | undefined> {
    await this.#open();
    return this.#opened ? await this.#store.fault() : this.#reason;
  }

  async transact<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    return await (await this.#writable()).transact(body);
  }

  view(idOrCode: string, options?: ViewOptions) {
    return this.#store.view(idOrCode, options);
  }

  list(query: IncidentQuery) {
    return this.#store.list(query);
  }

  firingAlerts() {
    return this.#store.firingAlerts();
  }

  similar(text: string, options: { readonly limit: number; readonly except?: string }) {
    return this.#store.similar(text, options);
  }

  async claimWork(owner: string, leaseMs: number) {
    return await (await this.#writable()).claimWork(owner, leaseMs);
  }

  async claimOutbox(owner: string, options: { readonly channels: readonly string[]; readonly leaseMs: number }) {
    return await (await this.#writable()).claimOutbox(owner, options);
  }

  async renew(lease: Lease, leaseMs: number): Promise<void> {
    await (await this.#writable()).renew(lease, leaseMs);
  }

  nextDue() {
    return this.#store.nextDue();
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  counts() {
    return this.#store.counts();
  }

  async prune(options: PruneOptions): Promise<Pruned> {
    return await (await this.#writable()).prune(options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening;
    this.#listeners.clear();
    await this.#store.close();
  }

  async #writable(): Promise<Store> {
    await this.#open();
    if (!this.#opened) throw new StoreUnavailable(this.#reason);
    return this.#store;
  }

  async #open(): Promise<void> {
    if (this.#opened || this.#closed) return;
    if (this.#opening === undefined && performance.now() - this.#triedAt >= TRY_EVERY_MS) {
      this.#opening = this.#tryToOpen().finally(() => this.#opening = undefined);
    }
    await this.#opening;
  }

  async #tryToOpen(): Promise<void> {
    this.#triedAt = performance.now();
    try {
      const store = await openSqliteStore(this.#path, { ...this.#options, holderWaitMs: 0 });
      const before = this.#store;
      [this.#store, this.#opened] = [store, true];
      this.#follow();
      await before.close();
      this.#options.report?.(`the store ${this.#path} could be opened, and is written again`);
    } catch (error) {
      this.#reason = error instanceof Error ? error.message : String(error);
    }
  }

  #follow(): void {
    this.#store.subscribe((change) => {
      for (const listener of [...this.#listeners]) listener(change);
    });
  }
}

/** A store that writes nothing, over the file as it is on the disk, or over nothing where that cannot be read. */
function readOnly(path: string, reason: () => string, options: SqliteOptions): Store {
  const { now = () => new Date(), random = Math.random } = options;
  const memory = new DatabaseSync(":memory:");
  migrate(memory);
  const file = readable(path, memory);
  const writer = new Connection(memory);
  const what = file === undefined ? "cannot be read either" : "is shown as it was closed last";
  return new SqliteStore({
    writer,
    reader: file === undefined ? writer : new Connection(file),
    now,
    monotonicMs: options.monotonicMs ?? (() => performance.now()),
    random,
    origin: { kind: "kept", text: `The store ${path} cannot be written; it ${what}.` },
    freed: true,
    queue: { maxWaiting: 64, lockWaitMs: 0, bodyMs: 1_000, hindrance: reason },
    release: () => {
      file?.close();
      memory.close();
    },
  });
}

/** The file as it was closed last; undefined when it cannot be read by itself, or is none of ours of today. */
function readable(path: string, today: DatabaseSync): DatabaseSync | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    if (versionOf(db) === versionOf(today)) return db;
  } catch {
    // Shown as empty.
  }
  db?.close();
  return undefined;
}

function versionOf(db: DatabaseSync): unknown {
  return db.prepare("PRAGMA user_version").get()?.user_version;
}
