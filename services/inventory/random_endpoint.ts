import type { Items } from "./items.ts";
import { type FreightDeps, freightRate } from "./freight.ts";
import { type BasketLine, bestOffer } from "./pricing.ts";
import { countProductCodes } from "./product_code.ts";
import { RecentViews } from "./recent_views.ts";
import { aisleMemory, stockDifference } from "./stock_count.ts";
import { stockValue } from "./stock_value.ts";
import { feedWorth } from "./supplier_feed.ts";

/** What the work reaches. */
export interface WorkDeps {
  readonly items: Pick<Items, "database">;
  readonly freight: FreightDeps;
}

const BASKET_LINES = 120;

/**
 * The work behind `GET /random-endpoint/{trigger}`; a request without a trigger prices single pieces, one with a trigger
 * that means nothing prices whole pallets.
 */
export function createRandomWork(deps: WorkDeps): (trigger?: string) => Promise<unknown> {
  const recentViews = new RecentViews();
  const work: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
    ["error", () => bestOffer(basket((index) => 1 + (BASKET_LINES - 1 - index) % 60))],
    ["stock-count", () => stockDifference(aisleMemory(400), new Map())],
    ["supplier-feed", () => feedWorth()],
    ["stock-value", () => stockValue(deps.items.database)],
    ["product-codes", () => countProductCodes()],
    ["recent-views", () => recentViews.page(1_000)],
    ["freight", () => freightRate(deps.freight, 12)],
  ]);
  return async (trigger = "error") => {
    const job = work.get(trigger) ?? (() => bestOffer(basket((index) => 48 * (1 + index % 8))));
    return { ok: true, result: await job() };
  };
}

/** This week's order, with the quantity of each line. */
function basket(quantityOf: (index: number) => number): BasketLine[] {
  return Array.from({ length: BASKET_LINES }, (_, index) => ({
    sku: `SKU-${String(1000 + index)}`,
    listPrice: 2.5 + (index * 37 % 400) / 4,
    quantity: quantityOf(index),
  }));
}
