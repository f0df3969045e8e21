import type { Clocks } from "../clock.ts";
import type { Connection } from "../statements.ts";

/** Changes of a transaction, for listeners after its commit. */
export interface Touched {
  readonly incidents: Set<string>;
  work: boolean;
  outbox: boolean;
}

/** What a transaction works with. */
export interface TransactionDeps extends Clocks {
  readonly connection: Connection;
  readonly random: () => number;
}

/** What every part of a transaction shares: the connection while its body runs, and what was touched. */
export class TransactionBase {
  protected readonly deps: TransactionDeps;
  // Incidents whose words changed: by saveIncident(), which marks them itself, and otherwise.
  protected readonly marked = new Set<string>();
  protected readonly unindexed = new Set<string>();
  readonly touched: Touched = { incidents: new Set(), work: false, outbox: false };
  #ended = false;

  constructor(deps: TransactionDeps) {
    this.deps = deps;
  }

  /** Marks what the search index does not know yet, and ends. */
  finish(): void {
    for (const id of this.unindexed) this.deps.connection.run("UPDATE incidents SET indexed = 0 WHERE id = ?", id);
    this.#ended = true;
  }

  /** Makes further calls fail: the body has ended, or took too long and was given up. */
  end(): void {
    this.#ended = true;
  }

  /** @throws {Error} once the body has ended. */
  protected get sql(): Connection {
    if (this.#ended) throw new Error("Cannot use a transaction after its body has ended");
    return this.deps.connection;
  }
}
