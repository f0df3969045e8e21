import { backup, DatabaseSync } from "node:sqlite";
import { dirname } from "node:path";
import { FileHold, ownerOnly } from "./hold.ts";

/** A copy that was checked. */
export interface Copied {
  readonly path: string;
  readonly bytes: number;
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
}

const WAIT_MS = 10_000;
// As many incidents may be forgotten by retention between two counts.
const RETENTION_BATCH = 50;

/**
 * Copies the database at `from` to `to` while others write to it: one moment of it, in one file for its owner only,
 * checked page by page and counted.
 *
 * @throws {Error} when it cannot be read, or the copy is not whole; then there is no file.
 */
export async function backUp(from: string, to: string): Promise<Copied> {
  Deno.statSync(from);
  Deno.mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  if (exists(to)) throw new Error(`${to} is there already: name another file, or remove it`);
  const part = `${to}.part`;
  remove(part);
  const source = new DatabaseSync(from, { timeout: WAIT_MS });
  try {
    const least = countRows(source);
    // Made first, so that nobody else can ever read it.
    Deno.openSync(part, { createNew: true, write: true, mode: 0o600 }).close();
    await backup(source, part, { rate: 1_000 });
    const rows = checkCopy(part);
    const now = countRows(source);
    for (const table of ["incidents", "diagnoses"]) {
      const expected = Math.min(least[table] ?? 0, now[table] ?? 0) - RETENTION_BATCH;
      if ((rows[table] ?? 0) < expected) throw new Error(`the copy lacks rows of ${table}: try again`);
    }
    sync(part);
    Deno.renameSync(part, to);
    return { path: to, bytes: Deno.statSync(to).size, rows };
  } catch (error) {
    remove(part);
    throw error;
  } finally {
    source.close();
  }
}

/**
 * Puts the backup `from` in the place of the database `to`, which no agent may hold; what was there is kept beside it.
 *
 * @throws {ConfigurationError} when an agent holds it.
 * @throws {Error} when the backup is not whole; then nothing has changed.
 */
export async function putBack(
  from: string,
  to: string,
  { now }: { readonly now: Date },
): Promise<Copied & { readonly aside: string | undefined }> {
  Deno.statSync(from);
  const part = `${to}.part`;
  const hold = await FileHold.take(to, 0);
  try {
    remove(part);
    const source = new DatabaseSync(from, { readOnly: true, timeout: WAIT_MS });
    try {
      const problem = damageIn(source);
      if (problem !== undefined) throw new Error(`${from} is damaged (${problem}): take another backup`);
      if (countRows(source).incidents === undefined) throw new Error(`${from} is no backup of an incident store`);
      Deno.openSync(part, { createNew: true, write: true, mode: 0o600 }).close();
      await backup(source, part, { rate: 1_000 });
    } finally {
      source.close();
    }
    const rows = checkCopy(part);
    sync(part);
    const aside = Deno.statSync(hold.path).size === 0
      ? undefined
      : `${hold.path}.before-restore-${now.toISOString().replaceAll(/[:.]/g, "")}`;
    for (const suffix of ["", "-wal", "-shm"]) {
      if (!exists(hold.path + suffix)) continue;
      if (aside === undefined) remove(hold.path + suffix);
      else Deno.renameSync(hold.path + suffix, aside + suffix);
    }
    Deno.renameSync(part, hold.path);
    return { path: hold.path, bytes: Deno.statSync(hold.path).size, rows, aside };
  } catch (error) {
    remove(part);
    throw error;
  } finally {
    hold.close();
  }
}

/** Removes backups by name from `folder`: those beyond the newest `keep`, and older ones than `days`; never the newest. */
export function removeOld(
  folder: string,
  { keep, days, now }: { readonly keep: number; readonly days: number; readonly now: Date },
): string[] {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => NAME.test(name)).sort()
    .reverse();
  const removed = names.filter((name, place) => {
    if (place === 0) return false;
    const made = Deno.statSync(`${folder}/${name}`).mtime?.getTime() ?? now.getTime();
    return place >= keep || now.getTime() - made > days * 86_400_000;
  });
  for (const name of removed) Deno.removeSync(`${folder}/${name}`);
  return removed;
}

const NAME = /^oncall-\d{8}T\d{9}Z\.db$/;

/** The name of a backup that is made now. */
export function backupName(now: Date): string {
  return `oncall-${now.toISOString().replaceAll(/[-:.]/g, "")}.db`;
}

/** Checks a copy, makes it one file, and counts its rows. */
function checkCopy(path: string): Record<string, number> {
  const db = new DatabaseSync(path, { timeout: WAIT_MS });
  try {
    db.exec("PRAGMA journal_mode = DELETE");
    const problem = damageIn(db);
    if (problem !== undefined) throw new Error(`the copy is damaged (${problem}): is the store itself whole?`);
    return countRows(db);
  } finally {
    db.close();
    ownerOnly(path);
  }
}

function damageIn(db: DatabaseSync): string | undefined {
  try {
    const found = String(Object.values(db.prepare("PRAGMA integrity_check(1)").get() ?? {})[0]);
    return found === "ok" ? undefined : found.split("\n", 1)[0];
  } catch (error) {
    return (error as Error).message;
  }
}

function countRows(db: DatabaseSync): Record<string, number> {
  const names = db.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%' " +
      "AND name NOT LIKE 'incident_text%'",
  ).all().map((row) => String(row.name));
  return Object.fromEntries(
    names.map((name) => [name, Number(db.prepare(`SELECT count(*) AS n FROM "${name}"`).get()!.n)]),
  );
}

function sync(path: string): void {
  const file = Deno.openSync(path, { read: true, write: true });
  file.syncSync();
  file.close();
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
