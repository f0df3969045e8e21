/** Bounds of a log that several processes append to. */
export interface RotationOptions {
  readonly path: string;
  /** Size past which the log makes room, in bytes; it and its one predecessor together hold twice that. */
  readonly maxBytes: number;
  /** How often the file is checked, in milliseconds. */
  readonly checkMs: number;
}

const STALE_LOCK_MS = 5_000;

/**
 * An append-only file that several processes write at once. Whoever finds it too large renames it to `<path>.1`; the
 * others notice that the name leads to another file and follow. Nobody ever waits for anybody: a process that was
 * frozen or killed in the middle of it leaves a lock that is ignored after five seconds.
 */
export class RotatingFile {
  readonly #options: RotationOptions;
  #file: Deno.FsFile | undefined;
  #ino: number | null = null;
  #checkedAt = -Infinity;

  constructor(options: RotationOptions) {
    this.#options = options;
  }

  /** Appends `bytes` in one write, so that other processes cannot interleave theirs. */
  async append(bytes: Uint8Array): Promise<void> {
    const file = await this.#current();
    const written = await file.write(bytes);
    if (written < bytes.length) throw new Error(`wrote ${written} of ${bytes.length} bytes`);
  }

  /** Like {@linkcode RotatingFile.append}, just before the process exits; does not rotate. */
  appendSync(bytes: Uint8Array): void {
    this.#file ??= Deno.openSync(this.#options.path, { append: true, create: true });
    this.#file.writeSync(bytes);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  async #current(): Promise<Deno.FsFile> {
    const { path, maxBytes, checkMs } = this.#options;
    const now = performance.now();
    if (this.#file !== undefined && now - this.#checkedAt < checkMs) return this.#file;
    const info = await statOrUndefined(path);
    if (info !== undefined && info.size > maxBytes) await this.#rotate(info);
    else if (this.#file !== undefined && info?.ino === this.#ino) {
      this.#checkedAt = now;
      return this.#file;
    }
    this.close();
    this.#file = await Deno.open(path, { append: true, create: true });
    this.#ino = (await this.#file.stat()).ino;
    this.#checkedAt = now;
    return this.#file;
  }

  async #rotate(seen: Deno.FileInfo): Promise<void> {
    const { path } = this.#options;
    const lock = `${path}.lock`;
    if (!await takeLock(lock)) return;
    try {
      // Another process may have renamed it between our check and our lock.
      const info = await statOrUndefined(path);
      if (info?.ino === seen.ino) await Deno.rename(path, `${path}.1`);
    } finally {
      await Deno.remove(lock).catch(() => {});
    }
  }
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    (await Deno.open(lock, { write: true, createNew: true })).close();
    return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const age = Date.now() - ((await statOrUndefined(lock))?.mtime?.getTime() ?? Date.now());
    // Retried at the next check.
    if (age > STALE_LOCK_MS) await Deno.remove(lock).catch(() => {});
    return false;
  }
}

async function statOrUndefined(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
