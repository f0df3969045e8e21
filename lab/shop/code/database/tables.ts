import { Journal } from "./journal.ts";

export type Row = Record<string, string | number>;

export interface Reply {
  readonly rows?: Row[];
  readonly error?: { readonly message: string; readonly code: string };
}

/** Rows in one page, and what reading a page that is not in memory takes. */
const PAGE_ROWS = 40;
const PAGE_MS = 6;

/** Tables with an index on `id` unless it was dropped. */
export class Tables {
  readonly #tables = new Map<string, Map<string, Row>>();
  readonly #indexed = new Set<string>();
  readonly #journal: Journal;
  readonly scans = new Map<string, number>();
  #lastId = 1_000;

  constructor(readonly settings: { data: string; products: number; statement_timeout_ms: number }) {
    this.#journal = new Journal(settings.data);
    for (const name of ["products", "orders", "payments", "shipments", "stock"]) {
      this.#tables.set(name, new Map());
      this.#indexed.add(name);
    }
    for (let id = 1; id <= settings.products; id++) {
      const name = `${["oak", "steel", "linen", "glass"][id % 4]} ${
        ["chair", "lamp", "shelf", "bowl", "desk"][id % 5]
      }`;
      this.#tables.get("products")!.set(`${id}`, { id, name, cents: 500 + id * 37 % 9_000 });
      this.#tables.get("stock")!.set(`${id}`, { id, left: 100_000 });
    }
  }

  sizes(): [string, number][] {
    return [...this.#tables].map(([name, rows]) => [name, rows.size]);
  }

  async run(sql: string, params: readonly (string | number)[]): Promise<Reply> {
    if (sql === "SELECT 1") return { rows: [{ "?column?": 1 }] };
    const drop = /^DROP INDEX (\w+)_pkey$/.exec(sql);
    if (drop) {
      this.#indexed.delete(drop[1]!);
      return {};
    }
    const [, verb, name] = /^(SELECT|INSERT|UPDATE|DELETE)\b(?:.*? FROM| INTO)? (\w+)/.exec(sql) ?? [];
    const table = this.#tables.get(name ?? "");
    if (table === undefined) return error(`relation "${name}" does not exist`, "42P01");
    if (verb === "INSERT") return await this.#insert(sql, params, table, name!);
    if (verb === "UPDATE") return await this.#update(sql, params, table, name!);
    return await this.#select(sql, params, table, name!);
  }

  async #insert(sql: string, params: readonly (string | number)[], table: Map<string, Row>, name: string) {
    const columns = /\(([^)]*)\)/.exec(sql)![1]!.split(", ");
    const row: Row = { id: ++this.#lastId };
    columns.forEach((column, index) => row[column] = params[index]!);
    const failed = await this.#journal.append(name, row);
    if (failed) return error(failed, "53100");
    table.set(`${row.id}`, row);
    return { rows: [row] };
  }

  async #update(sql: string, params: readonly (string | number)[], table: Map<string, Row>, name: string) {
    const [, column, minus] = /SET (\w+) = (\w+ - )?\$1/.exec(sql)!;
    const row = table.get(`${params[1]}`);
    if (row === undefined) return { rows: [] };
    const failed = await this.#journal.append(name, row);
    if (failed) return error(failed, "53100");
    row[column!] = minus ? Number(row[column!]) - Number(params[0]) : params[0]!;
    return { rows: [row] };
  }

  async #select(sql: string, params: readonly (string | number)[], table: Map<string, Row>, name: string) {
    const where = /WHERE (\w+) (=|LIKE) \$1/.exec(sql);
    if (where?.[1] === "id" && this.#indexed.has(name)) {
      const row = table.get(`${params[0]}`);
      return { rows: row ? [row] : [] };
    }
    this.scans.set(name, (this.scans.get(name) ?? 0) + 1);
    // Small tables are in memory; of one that is searched by its name there is an index over the words.
    const pages = where?.[1] === "id" ? table.size / PAGE_ROWS : 1;
    const takes = pages * PAGE_MS;
    await new Promise((resolve) => setTimeout(resolve, Math.min(takes, this.settings.statement_timeout_ms)));
    if (takes > this.settings.statement_timeout_ms) {
      return error("canceling statement due to statement timeout", "57014");
    }
    const wanted = String(params[0]).replaceAll("%", "");
    const fits = (row: Row) =>
      where === null ||
      (where[2] === "LIKE" ? String(row[where[1]!]).includes(wanted) : String(row[where[1]!]) === wanted);
    const found = [...table.values()].filter(fits);
    if (/count\(\*\)/.test(sql)) return { rows: [{ count: found.length }] };
    return { rows: found.slice(0, Number(/LIMIT (\d+)/.exec(sql)?.[1] ?? 50)) };
  }
}

function error(message: string, code: string): Reply {
  return { error: { message: `ERROR: ${message}`, code } };
}
