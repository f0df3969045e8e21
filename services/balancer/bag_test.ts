import assert from "node:assert/strict";
import { Bag, type Bagged } from "./bag.ts";

class Item implements Bagged {
  place = -1;
  constructor(readonly name: string) {}
}

const names = (bag: Bag<Item>) => [...bag].map((item) => item.name).sort().join("");

Deno.test("bag: holds what was added until it is taken out, in any order", () => {
  const bag = new Bag<Item>();
  const [a, b, c] = ["a", "b", "c"].map((name) => new Item(name)) as [Item, Item, Item];
  for (const item of [a, b, c]) bag.add(item);
  bag.delete(a);
  assert.equal(names(bag), "bc");
  bag.delete(c);
  bag.add(a);
  assert.equal(names(bag), "ab");
  assert.equal(bag.size, 2);
  for (const item of [b, a]) bag.delete(item);
  assert.equal(bag.size, 0);
});

Deno.test("bag: what is not in it cannot be taken out", () => {
  const bag = new Bag<Item>();
  const [a, b] = [new Item("a"), new Item("b")];
  bag.add(a);
  bag.delete(b);
  bag.delete(a);
  bag.delete(a);
  assert.equal(bag.size, 0);
});

Deno.test("bag: it may be emptied by who goes through it", () => {
  const bag = new Bag<Item>();
  for (const name of "abc") bag.add(new Item(name));
  const seen: string[] = [];
  for (const item of bag) {
    seen.push(item.name);
    bag.delete(item);
  }
  assert.equal(seen.join(""), "abc");
  assert.equal(bag.size, 0);
});
