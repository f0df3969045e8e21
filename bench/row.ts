/** One measurement beside a peer on the same machine in the same run, as `bench/results/latest.json` has it. */
export interface BenchRow {
  /** E.g. `inventory/get-item/32`. */
  readonly name: string;
  readonly peer: string;
  /** Median over the rounds, in `unit`. */
  readonly ours: number;
  readonly theirs: number;
  /** `ours / theirs`. */
  readonly ratio: number;
  readonly unit: string;
  readonly rounds: number;
}

/** A row from the rounds of both sides. */
export function benchRow(
  names: { readonly name: string; readonly peer: string; readonly unit: string },
  rounds: readonly { readonly ours: number; readonly theirs: number }[],
): BenchRow {
  const ours = median(rounds.map((round) => round.ours));
  const theirs = median(rounds.map((round) => round.theirs));
  return { ...names, ours, theirs, ratio: Math.round((ours / theirs) * 1000) / 1000, rounds: rounds.length };
}

/** The middle value; the lower one of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? NaN;
}
