import assert from "node:assert/strict";
import { bestOffer } from "./pricing.ts";

Deno.test("bestOffer() takes the supplier that asks least when the basket is large", () => {
  const offer = bestOffer([{ sku: "a", listPrice: 10, quantity: 96 }]);
  assert.deepEqual(offer, { supplier: "Fjordline Import", total: 861.12 });
});
