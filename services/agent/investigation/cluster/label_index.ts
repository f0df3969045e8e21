import { selects } from "./labels.ts";
import type { Labels } from "./objects.ts";

/** Finds by a selector what has its labels, without looking at everything. */
export class LabelIndex<T extends { readonly namespace: string }> {
  readonly #byPair = new Map<string, T[]>();
  readonly #labelsOf: (one: T) => Labels;

  constructor(all: readonly T[], labelsOf: (one: T) => Labels) {
    this.#labelsOf = labelsOf;
    for (const one of all) {
      for (const [key, value] of Object.entries(labelsOf(one))) {
        const pair = `${one.namespace} ${key}=${value}`;
        const list = this.#byPair.get(pair);
        if (list) list.push(one);
        else this.#byPair.set(pair, [one]);
      }
    }
  }

  /** What an equality-based selector selects in a namespace; nothing by an empty one. */
  selected(namespace: string, selector: Labels): T[] {
    const [first] = Object.entries(selector);
    if (first === undefined) return [];
    const some = this.#byPair.get(`${namespace} ${first[0]}=${first[1]}`) ?? [];
    return some.filter((one) => selects(selector, this.#labelsOf(one)));
  }
}
