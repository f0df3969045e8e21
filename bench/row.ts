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
  /** How many rounds the medians are of. */
  readonly rounds: number;
  /** Rounds left out, because the hypervisor gave more than {@linkcode MUCH_STEAL} of the CPU time to others. */
  readonly disturbed?: number;
  /** Share of the CPU time that the hypervisor gave to others in the rounds that count, from 0 to 1. */
  readonly steal?: number;
}

/** Both sides of one round. */
export interface Round {
  readonly ours: number;
  readonly theirs: number;
  /** Share of the CPU time that the hypervisor gave to others meanwhile, from 0 to 1. */
  readonly steal?: number;
}

/** With more of it, a round measures other processes more than its subject. */
export const MUCH_STEAL = 0.05;

/**
 * A row from the rounds of both sides. Rounds with much steal are left out and counted, as long as any other is left.
 */
export function benchRow(
  names: { readonly name: string; readonly peer: string; readonly unit: string },
  rounds: readonly Round[],
): BenchRow {
  const calm = rounds.filter(({ steal = 0 }) => steal <= MUCH_STEAL);
  const used = calm.length > 0 ? calm : rounds;
  const ours = median(used.map((round) => round.ours));
  const theirs = median(used.map((round) => round.theirs));
  const steals = used.flatMap(({ steal }) => steal ?? []);
  return {
    ...names,
    ours: rounded(ours),
    theirs: rounded(theirs),
    ratio: Math.round((ours / theirs) * 1000) / 1000,
    rounds: used.length,
    ...(used.length < rounds.length ? { disturbed: rounds.length - used.length } : {}),
    ...(steals.length > 0 ? { steal: rounded(median(steals)) } : {}),
  };
}

/** The middle value; the lower one of two. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? NaN;
}

/** Four significant digits; more would be noise. */
function rounded(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4));
}
