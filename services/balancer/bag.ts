/** Something that a {@linkcode Bag} can hold; one bag at a time. */
export interface Bagged {
  /** Its place in the bag, which alone uses it; -1 outside. */
  place: number;
}

/**
 * A set without order that leaves no garbage behind. A `Set` makes itself a new table every few additions and deletions,
 * and each old table refers to the next: once the first of them is in the old generation, every later one ends there
 * too, and a set that changes thousands of times a second has the whole heap collected every few seconds.
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

  /** Takes `item` out, if it is in it. */
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

  /** What it holds now; it may change meanwhile. */
  [Symbol.iterator](): IterableIterator<T> {
    return this.#items.slice().values();
  }
}
