import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";

/** A row as node:sqlite gives it. */
export type Row = Record<string, unknown>;

const WRITES = /^\s*(INSERT|UPDATE|DELETE)\b/;

/** A connection whose statements are prepared once and kept. */
export class Connection {
  readonly db: DatabaseSync;
  readonly #statements = new Map<string, Prepared>();
  #writes = 0;
  #changed = 0;

  constructor(db: DatabaseSync) {
    this.db = db;
  }

  /** How many statements that change rows have been run so far. */
  get writes(): number {
    return this.#writes;
  }

  /** How many rows {@linkcode run} has changed so far. */
  get changed(): number {
    return this.#changed;
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#prepare(sql).get(...values) as Row | undefined;
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#prepare(sql).all(...values) as Row[];
  }

  /** How many rows it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    const prepared = this.#prepare(sql);
    const changed = Number(prepared.run(...values).changes);
    // BEGIN and COMMIT tell the changes of the statement before them.
    if (WRITES.test(sql)) this.#changed += changed;
    return changed;
  }

  #prepare(sql: string): StatementSync {
    let prepared = this.#statements.get(sql);
    if (prepared === undefined) {
      prepared = { statement: this.db.prepare(sql), writes: WRITES.test(sql) };
      this.#statements.set(sql, prepared);
    }
    if (prepared.writes) this.#writes++;
    return prepared.statement;
  }
}

interface Prepared {
  readonly statement: StatementSync;
  readonly writes: boolean;
}
