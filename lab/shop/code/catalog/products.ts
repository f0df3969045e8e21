import type { Pool, Row } from "../packages/sql.ts";
import type { Cache } from "./cache.ts";
import type { Stock } from "./stock.ts";

export interface Product {
  readonly id: number;
  readonly name: string;
  readonly cents: number;
  readonly inStock: boolean;
}

/** Products as the shop shows them: name and price from the database or the cache, stock from the inventory. */
export class ProductService {
  constructor(readonly pool: Pool, readonly cache: Cache, readonly stock: Stock) {}

  async find(id: string): Promise<Product | undefined> {
    const row = await this.#row(id);
    if (row === undefined) return undefined;
    return { id: Number(row.id), name: String(row.name), cents: Number(row.cents), inStock: await this.stock.has(id) };
  }

  /** What carriers ask for a piece that is sent by itself. */
  async freight(id: string): Promise<{ readonly id: string; readonly classes: unknown }> {
    return { id, classes: await this.stock.freightClasses() };
  }

  async #row(id: string): Promise<Row | undefined> {
    const known = await this.cache.get(`product:${id}`);
    if (known !== undefined) return JSON.parse(known);
    const [row] = await this.pool.query("SELECT * FROM products WHERE id = $1", [id]);
    // Prices change during the day, so only the products of the front page are kept.
    if (row !== undefined && Number(id) <= 20) await this.cache.set(`product:${id}`, JSON.stringify(row));
    return row;
  }
}
