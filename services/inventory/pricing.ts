import { type Supplier, suppliers, type Tier } from "./suppliers.ts";

/** One line of an order. */
export interface BasketLine {
  readonly sku: string;
  /** Our list price for one piece. */
  readonly listPrice: number;
  readonly quantity: number;
}

/** What a supplier asks for a whole basket. */
export interface Offer {
  readonly supplier: string;
  readonly total: number;
}

/** The offer of the supplier that asks least for the basket. */
export function bestOffer(basket: readonly BasketLine[]): Offer {
  let best: Offer = { supplier: "", total: Infinity };
  for (const supplier of suppliers) {
    const offer = offerOf(supplier, basket);
    if (offer.total < best.total) best = offer;
  }
  return best;
}

function offerOf(supplier: Supplier, basket: readonly BasketLine[]): Offer {
  let total = 0;
  for (const line of basket) total += linePrice(supplier, line);
  return { supplier: supplier.name, total: roundToCents(total) };
}

function linePrice(supplier: Supplier, line: BasketLine): number {
  return line.quantity * unitPrice(supplier, line);
}

function unitPrice(supplier: Supplier, line: BasketLine): number {
  const rebate = tierFor(supplier, line.quantity)!.percent / 100;
  return roundToCents(line.listPrice * supplier.listFactor * (1 - rebate));
}

/** The highest tier that the quantity reaches. */
function tierFor(supplier: Supplier, quantity: number): Tier | null {
  return supplier.tiers.findLast((tier) => quantity >= tier.fromQuantity) ?? null;
}

function roundToCents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
