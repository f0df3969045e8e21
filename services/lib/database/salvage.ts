import type { DatabaseSync, SQLInputValue } from "node:sqlite";

/** What was read from a damaged file. */
export interface Salvaged {
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Tables in which something could not be read. */
  readonly torn: readonly string[];
}

// A search for the next row that can be read after one that cannot.
const MAX_GAPS = 10_000;

/**
 * Copies every row that can still be read in the damaged database `from` into `db`, which has the same tables. What
 * cannot be read, or does not fit, is left out.
 */
export function salvage(db: DatabaseSync, from: DatabaseSync): Salvaged {
  const rows: Record<string, number> = {};
  const torn: string[] = [];
  for (const table of tablesIn(db)) {
    let found: { read: number; whole: boolean };
    try {
      found = copyTable(db, from, table);
    } catch {
      found = { read: 0, whole: false };
    }
    rows[table] = found.read;
    if (!found.whole) torn.push(table);
  }
  return { rows, torn };
}

/** Tables with data; the full-text index is rebuilt. */
function tablesIn(db: DatabaseSync): string[] {
  return db.prepare(
    `SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
  ).all().map((row) => String(row.name));
}

function copyTable(db: DatabaseSync, from: DatabaseSync, table: string): { read: number; whole: boolean } {
  const wanted = new Set(columnsOf(db, table));
  const columns = columnsOf(from, table).filter((name) => wanted.has(name));
  if (columns.length === 0) return { read: 0, whole: false };
  const names = columns.map(quoted).join(", ");
  const insert = db.prepare(
    `INSERT OR IGNORE INTO ${quoted(table)} (${names}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  let read = 0;
  const keep = (row: Record<string, unknown>) => {
    try {
      read += Number(insert.run(...columns.map((name) => row[name] as SQLInputValue)).changes);
    } catch {
      // A row that does not fit was damaged itself.
    }
  };
  readWhile(from, `SELECT ${names} FROM ${quoted(table)} NOT INDEXED`, keep);
  if (isWhole(from, table, columns)) return { read, whole: true };
  // Backward from the end as well; what lies between is tried row by row.
  const order = hasRowid(from, table) ? ["rowid"] : keyOf(from, table);
  if (order.length > 0) {
    const down = order.map((name) => `${name === "rowid" ? name : quoted(name)} DESC`).join(", ");
    readWhile(from, `SELECT ${names} FROM ${quoted(table)} NOT INDEXED ORDER BY ${down}`, keep);
  }
  if (order[0] === "rowid") readByRowid(from, { table, names }, keep);
  else for (const index of indexesOf(from, table)) readByIndex(from, { table, names, index, key: order }, keep);
  return { read, whole: false };
}

/** As far as it can be read: iterating ends at damage as it does at the end. */
function readWhile(from: DatabaseSync, sql: string, keep: (row: Record<string, unknown>) => void): void {
  try {
    for (const row of from.prepare(sql).iterate()) keep(row as Record<string, unknown>);
  } catch {
    // What follows is tried otherwise.
  }
}

/** Whether every value of a table can be read, the long ones with the pages that they run over to. */
function isWhole(from: DatabaseSync, table: string, columns: readonly string[]): boolean {
  try {
    const lengths = columns.map((name) => `total(length(${quoted(name)}))`).join(", ");
    from.prepare(`SELECT ${lengths} FROM ${quoted(table)} NOT INDEXED`).get();
    return true;
  } catch {
    return false;
  }
}

/** Asks for rows one by one after a gap, each step twice as wide while nothing can be read. */
function readByRowid(
  from: DatabaseSync,
  { table, names }: { readonly table: string; readonly names: string },
  keep: (row: Record<string, unknown>) => void,
): void {
  const last = highestRowid(from, table);
  const next = from.prepare(`SELECT rowid AS "salvage rowid", ${names} FROM ${quoted(table)} WHERE rowid >= ? LIMIT 1`);
  let at = 0;
  let stride = 1;
  for (let gaps = 0; at <= last && gaps < MAX_GAPS;) {
    try {
      const row = next.get(at);
      if (row === undefined) return;
      keep(row);
      at = Number(row["salvage rowid"]) + 1;
      stride = 1;
    } catch {
      gaps++;
      at += stride;
      if (stride < 16) stride *= 2;
    }
  }
}

/** The keys that an index still has, each row looked up by its key. */
function readByIndex(
  from: DatabaseSync,
  { table, names, index, key }: {
    readonly table: string;
    readonly names: string;
    readonly index: string;
    readonly key: readonly string[];
  },
  keep: (row: Record<string, unknown>) => void,
): void {
  if (key.length === 0) return;
  const where = key.map((name) => `${quoted(name)} = ?`).join(" AND ");
  const lookup = from.prepare(`SELECT ${names} FROM ${quoted(table)} WHERE ${where}`);
  const keys = `SELECT ${key.map(quoted).join(", ")} FROM ${quoted(table)} INDEXED BY ${quoted(index)}`;
  readWhile(from, keys, (found) => {
    try {
      const row = lookup.get(...key.map((name) => found[name] as SQLInputValue));
      if (row !== undefined) keep(row);
    } catch {
      // This row is gone.
    }
  });
}

function highestRowid(from: DatabaseSync, table: string): number {
  try {
    return Number(from.prepare(`SELECT max(rowid) AS last FROM ${quoted(table)}`).get()?.last ?? 0);
  } catch {
    // The right edge of the tree is damaged: the steps after a gap are bounded all the same.
    return 1_000_000;
  }
}

function columnsOf(db: DatabaseSync, table: string): string[] {
  return db.prepare("SELECT name FROM pragma_table_info(?)").all(table).map((row) => String(row.name));
}

function keyOf(db: DatabaseSync, table: string): string[] {
  return db.prepare("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk").all(table)
    .map((row) => String(row.name));
}

function indexesOf(db: DatabaseSync, table: string): string[] {
  return db.prepare("SELECT name FROM pragma_index_list(?) WHERE partial = 0 AND origin = 'c'").all(table)
    .map((row) => String(row.name));
}

function hasRowid(db: DatabaseSync, table: string): boolean {
  return db.prepare("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?").get(table)?.wr === 0;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
