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
import type { FiringAlert, IncidentSummary, IncidentView, Lease, OutboxRow, Work } from "../types.ts";
import { sleep } from "../../../lib/waiting/mod.ts";
import { claimOutbox, claimWork, freeLeases, nextDue, renewLease, shiftDue } from "./claims.ts";
import { type Clocks, ClockWatch } from "./clock.ts";
import { CommitQueue, type CommitQueueOptions } from "./commit_queue.ts";
import { pruneSome, returnPages } from "./prune.ts";
import { readCounts, readFiring, readList, readSimilar, readView } from "./reads.ts";
import { indexSome, someUnindexed } from "./search.ts";
import type { Connection } from "./statements.ts";
import { SqliteTransaction, type Touched } from "./transaction/mod.ts";

/** What a SQLite store is made of. */
export interface SqliteStoreParts extends Clocks {
  readonly writer: Connection;
  /** A second connection that sees what is committed; absent for a database in memory. */
  readonly reader: Connection | undefined;
  readonly random: () => number;
  readonly origin: StoreOrigin;
  /** Whether the leases of an ended agent have been released. */
  readonly freed: boolean;
  readonly queue: CommitQueueOptions;
  /** Closes what was opened for it. */
  readonly release: () => void;
}

// Incidents indexed in one go, and how long after a write that is begun.
const INDEX_BATCH = 64;
const INDEX_PAUSE_MS = 250;
// How long what was written last shows that something can be written, and how long trying to may take.
const FRESH_MS = 5_000;
const TRIAL_MS = 1_500;
const TRIAL_BYTES = 262_144;

/** Incidents in one SQLite file, held by one agent. */
export class SqliteStore implements Store {
  readonly #parts: SqliteStoreParts;
  readonly #queue: CommitQueue;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #watch: ClockWatch;
  // By how much the clock was set while that could not be written.
  #missedMs = 0;
  #freed: boolean;
  #freeing: Promise<void> | undefined;
  #trial: Promise<string | undefined> | undefined;
  #closed: Promise<void> | undefined;
  #indexing: ReturnType<typeof setTimeout> | undefined;
  #writtenAt = 0;

  constructor(parts: SqliteStoreParts) {
    this.#parts = parts;
    this.#queue = new CommitQueue(parts.writer, parts.queue);
    this.#watch = new ClockWatch(parts);
    this.#freed = parts.freed;
  }

  get origin(): StoreOrigin {
    return this.#parts.origin;
  }

  async fault(): Promise<string | undefined> {
    if (this.#closed !== undefined) return "the store is closed";
    if (this.#queue.fault === undefined && performance.now() - this.#queue.writtenAt < FRESH_MS) return undefined;
    this.#trial ??= this.#try().finally(() => this.#trial = undefined);
    const enough = new AbortController();
    const late = sleep(TRIAL_MS, enough.signal).then(
      () =>
        this.#queue.fault ??
          `the store cannot write: a write has waited for ${TRIAL_MS} ms; another process may hold it`,
      () => undefined,
    );
    try {
      return await Promise.race([this.#trial, late]);
    } finally {
      enough.abort();
    }
  }

  async transact<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    const { writer, now, monotonicMs, random } = this.#parts;
    this.#followClock();
    let tx: SqliteTransaction;
    const result = await this.#queue.run(async () => {
      tx = new SqliteTransaction({ connection: writer, now, monotonicMs, random });
      try {
        const result = await body(tx);
        tx.finish();
        return result;
      } finally {
        tx.end();
      }
    }, () => tx.end());
    this.#tell(tx!.touched);
    return result;
  }

  view(idOrCode: string, options: ViewOptions = {}): Promise<IncidentView | undefined> {
    return this.#read((sql) => readView(sql, idOrCode, options));
  }

  async list(query: IncidentQuery): Promise<{ incidents: IncidentSummary[]; next: string | null }> {
    if (query.q !== undefined) await this.#indexAll();
    return await this.#read((sql) => readList(sql, query));
  }

  firingAlerts(): Promise<FiringAlert[]> {
    return this.#read(readFiring);
  }

  async similar(
    text: string,
    options: { readonly limit: number; readonly except?: string },
  ): Promise<IncidentSummary[]> {
    await this.#indexAll();
    return await this.#read((sql) => readSimilar(sql, text, options));
  }

  async claimWork(owner: string, leaseMs: number): Promise<{ work: Work; lease: Lease } | undefined> {
    await this.#free();
    return await this.#write((sql) => claimWork(sql, this.#parts, { owner, leaseMs }));
  }

  async claimOutbox(
    owner: string,
    options: { readonly channels: readonly string[]; readonly leaseMs: number },
  ): Promise<{ row: OutboxRow; lease: Lease } | undefined> {
    await this.#free();
    this.#followClock();
    return await this.#write((sql) => claimOutbox(sql, this.#parts, { owner, ...options }));
  }

  renew(lease: Lease, leaseMs: number): Promise<void> {
    return this.#write((sql) => renewLease(sql, this.#parts, { lease, leaseMs }));
  }

  nextDue(): Promise<Date | undefined> {
    return this.#read((sql) => nextDue(sql, this.#parts));
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  counts(): ReturnType<Store["counts"]> {
    return this.#read((sql) => readCounts(sql, this.#parts.now()));
  }

  async prune(options: PruneOptions): Promise<Pruned> {
    const pruned = await this.#write((sql) => pruneSome(sql, options));
    if (!pruned.more) await this.#queue.between(() => returnPages(this.#parts.writer));
    return pruned;
  }

  close(): Promise<void> {
    return this.#closed ??= (async () => {
      clearTimeout(this.#indexing);
      await this.#queue.close();
      this.#listeners.clear();
      this.#parts.release();
    })();
  }

  #write<T>(body: (sql: Connection) => T): Promise<T> {
    // deno-lint-ignore require-await
    return this.#queue.run(async () => body(this.#parts.writer));
  }

  /**
   * Writes a value for no other purpose; why that failed. After a fault it is a large one: on a full disk there may still
   * be room for little things.
   */
  async #try(): Promise<string | undefined> {
    const at = this.#parts.now().toISOString();
    const put = (text: string) =>
      this.#write((sql) => sql.run("INSERT OR REPLACE INTO settings (name, value) VALUES ('written', ?)", text));
    try {
      if (this.#queue.fault !== undefined) await put(at + " ".repeat(TRIAL_BYTES));
      this.#queue.forgive();
      await put(at);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** Releases the leases of an ended agent, when that was not possible at the start. */
  async #free(): Promise<void> {
    if (this.#freed) return;
    this.#freeing ??= this.#write(freeLeases).then(() => {
      this.#freed = true;
    }).finally(() => this.#freeing = undefined);
    await this.#freeing;
  }

  async #read<T>(body: (sql: Connection) => T): Promise<T> {
    const { reader } = this.#parts;
    if (reader === undefined) return await this.#write(body);
    if (this.#closed !== undefined) throw new StoreUnavailable("the store is closed");
    try {
      return body(reader);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new StoreUnavailable(`the store cannot read: ${reason}`, { cause });
    }
  }

  /** Before anything new is due by a clock that was set, what waits already is moved along with it. */
  #followClock(): void {
    const jumpMs = this.#missedMs + this.#watch.jumpMs();
    if (jumpMs === 0) return;
    this.#missedMs = 0;
    this.#write((sql) => shiftDue(sql, jumpMs)).catch(() => this.#missedMs += jumpMs);
  }

  async #indexAll(): Promise<void> {
    while (await this.#read(someUnindexed)) await this.#write((sql) => indexSome(sql, INDEX_BATCH));
  }

  /** Indexes what was written once the writes let up. */
  #indexSoon(): void {
    if (this.#closed !== undefined || this.#indexing !== undefined) return;
    this.#indexing = setTimeout(async () => {
      this.#indexing = undefined;
      if (performance.now() - this.#writtenAt < INDEX_PAUSE_MS) return this.#indexSoon();
      try {
        if (await this.#write((sql) => indexSome(sql, INDEX_BATCH))) this.#indexSoon();
      } catch {
        // It is still marked: the next search or the next write takes it up.
      }
    }, INDEX_PAUSE_MS);
  }

  #tell(touched: Touched): void {
    if (touched.incidents.size > 0) {
      this.#writtenAt = performance.now();
      this.#indexSoon();
    }
    const changes: Change[] = [...touched.incidents].map((id) => ({ topic: "incident", incident_id: id }));
    if (touched.work) changes.push({ topic: "work", incident_id: null });
    if (touched.outbox) changes.push({ topic: "outbox", incident_id: null });
    for (const change of changes) {
      for (const listener of [...this.#listeners]) {
        try {
          listener(change);
        } catch (error) {
          // A failing listener does not undo the commit.
          console.error(error);
        }
      }
    }
  }
}
