import { type Measure, tools } from "../tools/mod.ts";
import type { Fact } from "./facts.ts";

/** Whether a measurement is the number of a fact, rounding and units allowed for. */
export function measureIs(measure: Measure, fact: Fact & { kind: "number" }, aboutCpu: boolean): boolean {
  const near = (value: number) => Math.abs(value - fact.value) <= fact.tolerance;
  const { value, unit } = measure;
  if (fact.unit === null) return (unit === null || unit === "n") && near(value);
  if (fact.unit === unit && (unit !== "n" || countsAs(measure.nouns, fact.noun))) return near(value);
  switch (fact.unit) {
    case "%":
      return (unit === "ratio" && near(value * 100)) || (aboutCpu && unit === "cores" && near(value * 100));
    case "ms":
      return unit === "s" && near(value * 1000);
    case "s":
      return unit === "ms" && near(value / 1000);
    default:
      return false;
  }
}

let known: ReadonlySet<string> | undefined;

/** Whether what is counted may be called `noun`; a noun that no tool counts by is another word for what was logged. */
function countsAs(nouns: readonly string[], noun: string | null): boolean {
  if (noun === null || nouns.includes(noun)) return true;
  known ??= new Set([...tools.values()].flatMap((tool) => tool.counts ?? []));
  return !known.has(noun) && nouns.includes("entry");
}
