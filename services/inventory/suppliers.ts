/** A rebate on the list price from a quantity on. */
export interface Tier {
  readonly fromQuantity: number;
  /** Of the list price. */
  readonly percent: number;
}

/** A supplier and its terms. */
export interface Supplier {
  readonly name: string;
  /** Its list prices beside ours, as a factor. */
  readonly listFactor: number;
  /** Ascending by quantity. */
  readonly tiers: readonly Tier[];
}

const tiers = (...pairs: readonly (readonly [fromQuantity: number, percent: number])[]): Tier[] =>
  pairs.map(([fromQuantity, percent]) => ({ fromQuantity, percent }));

/** The suppliers that goods are ordered from, with this year's terms. */
export const suppliers: readonly Supplier[] = [
  { name: "Aldermann Components", listFactor: 1.04, tiers: tiers([1, 0], [10, 2.5], [50, 6], [250, 11]) },
  { name: "Bexley Tools", listFactor: 0.99, tiers: tiers([1, 0], [20, 1.5], [100, 4]) },
  { name: "Castellan Trade", listFactor: 1.01, tiers: tiers([1, 1], [24, 3], [96, 7.5]) },
  { name: "Dunmore & Sons", listFactor: 1.08, tiers: tiers([1, 0], [12, 5], [48, 9], [192, 14]) },
  { name: "Eastgate Supply", listFactor: 0.97, tiers: tiers([1, 0], [40, 2]) },
  { name: "Fjordline Import", listFactor: 0.93, tiers: tiers([10, 1], [60, 3.5], [240, 8]) },
  { name: "Greville Metals", listFactor: 1.02, tiers: tiers([1, 0], [30, 4], [120, 8]) },
  { name: "Hollis Wholesale", listFactor: 0.98, tiers: tiers([1, 0.5], [15, 2], [75, 5]) },
];
