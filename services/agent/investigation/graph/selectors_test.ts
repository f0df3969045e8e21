import assert from "node:assert/strict";
import { isSelected, matchersOf } from "./selectors.ts";

const CASES: readonly (readonly [selector: string, labels: Record<string, string>, selected: boolean])[] = [
  ['job="cart"', { job: "cart" }, true],
  ['job="cart"', { job: "carts" }, false],
  ['job="cart",env="prod"', { job: "cart", env: "prod" }, true],
  ['job="cart", env="prod"', { job: "cart", env: "test" }, false],
  ['job="cart",', { job: "cart" }, true],
  ['job=~"cart|stock"', { job: "stock" }, true],
  ['job=~"cart"', { job: "cart-2" }, false],
  ['job=~"cart.*"', { job: "cart-2" }, true],
  ['job!~"cart-.+"', { job: "cart" }, true],
  ['job!="cart"', { job: "stock" }, true],
  ['job="cart",zone=""', { job: "cart" }, true],
  ['job="a \\"b\\""', { job: 'a "b"' }, true],
  ['job=~"ca(rt"', { job: "cart" }, false],
];

for (const [selector, labels, selected] of CASES) {
  Deno.test(`isSelected() is ${selected} when ${selector} meets ${JSON.stringify(labels)}`, () => {
    assert.equal(isSelected(labels, matchersOf(selector)!), selected);
  });
}

for (const selector of ["job", "job=cart", 'job="cart" env="prod"', 'rate(job="cart")', '{job="cart"}']) {
  Deno.test(`matchersOf() reads nothing when the selector is ${selector}`, () => {
    assert.equal(matchersOf(selector), null);
  });
}
