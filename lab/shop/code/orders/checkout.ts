import type { Pool, Session } from "../packages/sql.ts";
import type { Peer } from "./peers.ts";

export interface Line {
  readonly product: number;
  readonly quantity: number;
}

export interface Basket {
  readonly customer: string;
  readonly lines: readonly Line[];
}

export interface Peers {
  readonly catalog: Peer;
  readonly payments: Peer;
}

/** A basket that cannot be ordered as it is. */
export class BasketError extends Error {
  override name = "BasketError";
}

/** Prices a basket, charges it, stores the order, and hands it to shipping. */
export async function checkout(basket: Basket, pool: Pool, peers: Peers): Promise<{ id: number; cents: number }> {
  const cents = await total(basket.lines, peers.catalog);
  const charge = await peers.payments.call("POST", "/charge", { customer: basket.customer, cents });
  if (charge.status !== 200) throw new BasketError(`the card was declined (${charge.status})`);
  const { reference } = charge.body as { reference: string };
  const session = await pool.acquire();
  try {
    await session.query("BEGIN");
    await reserve(basket.lines, session);
    const [order] = await session.query("INSERT INTO orders (customer, cents, reference) VALUES ($1, $2, $3)", [
      basket.customer,
      cents,
      reference,
    ]);
    const id = Number(order!.id);
    await session.query("INSERT INTO shipments (order_id, state) VALUES ($1, $2)", [id, "waiting"]);
    await session.query("COMMIT");
    return { id, cents };
  } finally {
    pool.release(session);
  }
}

async function total(lines: readonly Line[], catalog: Peer): Promise<number> {
  let cents = 0;
  for (const { product, quantity } of lines) {
    const { status, body } = await catalog.call("GET", `/products/${product}`);
    if (status !== 200) throw new BasketError(`there is no product ${product}`);
    cents += (body as { cents: number }).cents * quantity;
  }
  return cents;
}

/** Takes the pieces out of stock, row by row in the order of their ids. */
async function reserve(lines: readonly Line[], session: Session): Promise<void> {
  for (const { product, quantity } of lines.toSorted((a, b) => a.product - b.product)) {
    await session.query("UPDATE stock SET left = left - $1 WHERE id = $2", [quantity, product]);
  }
}
