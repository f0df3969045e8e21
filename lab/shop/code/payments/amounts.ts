/** Amounts of money. */

const FEES = [[100_000, 120], [10_000, 160], [0, 210]] as const;

/** What the bank keeps, in cents: a share in basis points that falls with the amount. */
export function fee(cents: number): number {
  for (const [least, points] of FEES) {
    if (cents >= least) return Math.floor(cents * points / 10_000);
  }
  return 0;
}
