import type { DatabaseSync } from "node:sqlite";

/** What a manufacturer's items are worth. */
export interface ManufacturerValue {
  readonly manufacturer: string;
  readonly value: number;
}

/** The manufacturers whose stock is worth most, the highest first. */
export function stockValue(db: DatabaseSync, limit = 10): ManufacturerValue[] {
  const { manufacturers } = db.prepare("SELECT count(DISTINCT manufacturer) AS manufacturers FROM items").get()!;
  return largestValues(db, Math.min(limit, Number(manufacturers)));
}

function largestValues(db: DatabaseSync, limit: number): ManufacturerValue[] {
  const rows = db.prepare(
    `SELECT manufacturer, sum(price * quantity) AS value FROM items
     GROUP BY manufacturer ORDER BY value DESC LIMIT ?`,
  ).all(limit);
  return rows as unknown as ManufacturerValue[];
}
