/** How large a file was when it was looked at. */
interface Look {
  readonly at: number;
  readonly size: number;
  readonly file: number | null;
}

const MOST_LOOKS = 50;

/** Remembers how large files were, so that lines without a time can be told from those that were there before. */
export class Growth {
  readonly #looks = new Map<string, Look[]>();

  /** Where the file ended at `since` or shortly before; null when it was not looked at then. */
  sizeAt(path: string, since: number, now: { readonly size: number; readonly file: number | null }): number | null {
    const looks = this.#looks.get(path) ?? [];
    const last = looks.filter(({ at }) => at <= since).at(-1);
    if (last === undefined) return null;
    // Truncated or replaced since: all of it is new.
    return last.file !== now.file || last.size > now.size ? 0 : last.size;
  }

  /** Notes a file's size. */
  look(path: string, look: Look): void {
    const looks = this.#looks.get(path) ?? [];
    looks.push(look);
    if (looks.length > MOST_LOOKS) looks.splice(1, 1);
    this.#looks.set(path, looks);
  }
}
