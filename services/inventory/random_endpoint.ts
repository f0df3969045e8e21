import { type BasketLine, bestOffer } from "./pricing.ts";

const BASKET_LINES = 120;

/** What each trigger works on; every other one prices a basket of whole pallets. */
const work: ReadonlyMap<string, () => unknown> = new Map([
  ["error", () => bestOffer(basket((index) => 1 + (BASKET_LINES - 1 - index) % 60))],
]);

/** The answer to `GET /random-endpoint/{trigger}`; a request without a trigger prices single pieces. */
export async function randomWork(trigger = "error"): Promise<unknown> {
  const job = work.get(trigger) ?? (() => bestOffer(basket((index) => 48 * (1 + index % 8))));
  return { ok: true, result: await job() };
}

/** This week's order, with the quantity of each line. */
function basket(quantityOf: (index: number) => number): BasketLine[] {
  return Array.from({ length: BASKET_LINES }, (_, index) => ({
    sku: `SKU-${String(1000 + index)}`,
    listPrice: 2.5 + (index * 37 % 400) / 4,
    quantity: quantityOf(index),
  }));
}
