import type { Figure } from "./calm.ts";
import type { Target, TargetName } from "./targets.ts";

/** One round: a figure for each target, and the steal of the one that had most of it. */
export type RoundOf<T> = Readonly<Record<TargetName, T>> & { readonly steal: number };

/** Rounds of all targets in turn; each is told as it ends, under the name of `what` is measured. */
export async function roundsInTurn<T>(
  targets: readonly Target[],
  options: {
    readonly what: string;
    readonly rounds: number;
    readonly measure: (target: Target) => Promise<Figure<T>>;
    readonly told: (value: T) => string;
  },
): Promise<RoundOf<T>[]> {
  const { what, rounds, measure, told } = options;
  const all: RoundOf<T>[] = [];
  for (let round = 0; round < rounds; round++) {
    const figures = {} as Record<TargetName, T>;
    let steal = 0;
    // Who comes first changes, so that what a round does to the machine does not always hit the same one.
    for (let i = 0; i < targets.length; i++) {
      const target = targets[(round + i) % targets.length]!;
      const figure = await measure(target);
      figures[target.name] = figure.value;
      steal = Math.max(steal, figure.steal);
    }
    all.push({ ...figures, steal });
    const values = targets.map(({ name }) => `${name} ${told(figures[name])}`).join(", ");
    console.log(`  ${what}, round ${round + 1} of ${rounds}: ${values} (steal ${(steal * 100).toFixed(1)} %)`);
  }
  return all;
}
