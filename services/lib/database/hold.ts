import { basename, dirname, join } from "node:path";
import { ConfigurationError } from "../configuration/mod.ts";
import { sleep } from "../waiting/mod.ts";

const OWNER_ONLY = 0o600;
const RETRY_MS = 50;

/**
 * Keeps a database file for one agent: a lock on the file itself, so that two paths to it (links, a file that was moved)
 * are one, and a lock beside it, so that a file put in its place is not taken meanwhile. The system lets go of both when
 * the process ends, however it ends.
 */
export class FileHold {
  /** The path with its symbolic links resolved. */
  readonly path: string;
  /** Whether an agent held this path before but its file was gone. */
  readonly lost: boolean;
  readonly #beside: Deno.FsFile;
  #own: Deno.FsFile | undefined;
  #inode = "";

  private constructor(path: string, beside: Deno.FsFile, lost: boolean) {
    this.path = path;
    this.#beside = beside;
    this.lost = lost;
  }

  /**
   * Takes both locks, waiting up to `waitMs` for whoever has them; the file is there then, for its owner only.
   *
   * @throws {ConfigurationError} when it cannot be had.
   */
  static async take(path: string, waitMs: number): Promise<FileHold> {
    let hold: FileHold;
    try {
      Deno.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const real = resolved(path);
      const before = exists(`${real}.lock`);
      const beside = openFile(`${real}.lock`);
      hold = new FileHold(real, beside, before && !exists(real));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigurationError(`Cannot open the store ${path}: ${reason}`, { cause });
    }
    try {
      const until = performance.now() + waitMs;
      if (!await lock(hold.#beside, until)) throw held(path, hold.#holder());
      if (!await hold.#lockFile(until)) throw held(path, "");
      hold.#sign();
      return hold;
    } catch (error) {
      hold.close();
      throw error;
    }
  }

  /** Why written data would not be at the path; undefined when it would. */
  moved(): string | undefined {
    let inode: string;
    try {
      inode = inodeOf(Deno.statSync(this.path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) return undefined;
      return `its file ${this.path} was moved or removed: put it back, or restart the agent`;
    }
    if (inode === this.#inode) return undefined;
    return `its file ${this.path} was replaced by another: put it back, or restart the agent`;
  }

  /** Takes the file that is at the path now, after the one before was set aside. */
  async takeNew(): Promise<void> {
    this.#own?.close();
    this.#own = undefined;
    if (!await this.#lockFile(performance.now())) throw held(this.path, "");
  }

  /** Only after SQLite has closed the file: closing any descriptor of it ends SQLite's own locks. */
  close(): void {
    this.#own?.close();
    this.#beside.close();
  }

  async #lockFile(until: number): Promise<boolean> {
    const file = openFile(this.path);
    if (!await lock(file, until)) {
      file.close();
      return false;
    }
    this.#own = file;
    this.#inode = inodeOf(file.statSync());
    for (const suffix of ["-wal", "-shm"]) ownerOnly(this.path + suffix);
    return true;
  }

  #holder(): string {
    try {
      return Deno.readTextFileSync(`${this.path}.lock`).trim();
    } catch {
      return "";
    }
  }

  /** Writes the holder's name; on a full disk the lock is held all the same. */
  #sign(): void {
    try {
      this.#beside.truncateSync();
      this.#beside.writeSync(new TextEncoder().encode(`${Deno.pid}\n`));
    } catch {
      // Only the name in a message is missing.
    }
  }
}

/** Leaves a file to its owner; one that is not there, or another's, stays as it is. */
export function ownerOnly(path: string): void {
  try {
    Deno.chmodSync(path, OWNER_ONLY);
  } catch {
    // Not there, not ours, or a file system without modes.
  }
}

/** Makes a folder for its owner only, or leaves one that is there to its owner; never the working directory. */
export function ownersFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    if (Deno.realPathSync(path) !== Deno.realPathSync(".")) Deno.chmodSync(path, 0o700);
  } catch {
    // Not ours, read-only, or a file system without modes: whoever writes there says what is wrong.
  }
}

function openFile(path: string): Deno.FsFile {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { create: true, read: true, write: true, mode: OWNER_ONLY });
  } catch (error) {
    // A file system that has become read-only can still be read, and a lock needs no more.
    if (!/read-only|EROFS/i.test(String(error)) || !exists(path)) throw error;
    return Deno.openSync(path, { read: true });
  }
  ownerOnly(path);
  return file;
}

async function lock(file: Deno.FsFile, until: number): Promise<boolean> {
  while (!await file.tryLock(true)) {
    if (performance.now() >= until) return false;
    await sleep(RETRY_MS);
  }
  return true;
}

function held(path: string, holder: string): ConfigurationError {
  const who = holder === "" ? "" : ` (process ${holder})`;
  return new ConfigurationError(
    `the store ${path} is held by another agent${who}: stop it, or set ONCALL_STORE`,
  );
}

function resolved(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return join(Deno.realPathSync(dirname(path)), basename(path));
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function inodeOf({ dev, ino }: Deno.FileInfo): string {
  return `${dev}:${ino}`;
}
