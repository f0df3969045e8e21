/** A member of a {@linkcode Bag}; of one bag at a time. */
export interface Bagged {
  /** Its index in the bag, for the bag only; -1 outside. */
  place: number;
}

/**
 * An unordered set that makes no garbage. A `Set` allocates a new table after a few additions and deletions, and each old
 * table refers to the next: once the first one is in the old generation, every later one gets there too, so a set that
 * changes thousands of times a second causes a full garbage collection every few seconds.
 */
export class Bag<T extends Bagged> {
  readonly #items: T[] = [];

  /** How many it holds. */
  get size(): number {
    return this.#items.length;
  }

  /** Adds `item`, which is in no bag. */
  add(item: T): void {
    item.place = this.#items.push(item) - 1;
  }

  /** Removes `item`, if it is a member. */
  delete(item: T): void {
    const { place } = item;
    if (place < 0) return;
    const last = this.#items.pop()!;
    if (last !== item) {
      this.#items[place] = last;
      last.place = place;
    }
    item.place = -1;
  }

  /** The members; they may change during the iteration. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.#items.slice().values();
  }
}
