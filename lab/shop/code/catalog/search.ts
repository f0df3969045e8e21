import type { Pool } from "../packages/sql.ts";

export interface Hit {
  readonly id: number;
  readonly name: string;
  readonly price: string;
}

/** Products whose name holds a word. */
export class SearchService {
  constructor(readonly pool: Pool) {}

  async search(word: string): Promise<Hit[]> {
    const session = await this.pool.acquire();
    try {
      const rows = await session.query("SELECT * FROM products WHERE name LIKE $1 LIMIT 10", [`%${word}%`]);
      return rows.map((row) => ({ id: Number(row.id), name: String(row.name), price: priceTag(Number(row.cents)) }));
    } finally {
      this.pool.release(session);
    }
  }
}

function priceTag(cents: number): string {
  return `${(cents / 100).toFixed(2)} EUR`;
}
