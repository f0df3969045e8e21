import { join } from "node:path";
import { ROOT } from "../build/mod.ts";

/** What one `deno test` runs. */
export interface Batch {
  readonly args: readonly string[];
  /** It mostly waits for a real Prometheus, so it does not take the place of another. */
  readonly waits: boolean;
  /** It sends traffic at a rate that a machine can take which does nothing else: it runs when all others are done. */
  readonly alone: boolean;
  /** How long it takes alone on two cores, in seconds, roughly: the longest begin first. */
  readonly seconds: number;
}

/** What mostly waits, since a real Prometheus' windows have to pass: these run beside everything else. */
const WAITING: readonly string[] = ["demo_test.ts", "lab_test.ts"];

const ALONE: readonly string[] = ["balancer_test.ts"];

/** The longest files of `tests/`; the others take about ten seconds each. */
const SECONDS: Readonly<Record<string, number>> = {
  "agent_crash_test.ts": 110,
  "demo_test.ts": 110,
  "lab_test.ts": 100,
  "console_test.ts": 30,
  "up_test.ts": 40,
  "balancer_test.ts": 32,
  "manager_test.ts": 27,
  "operator_test.ts": 24,
  "cli_test.ts": 20,
  "agent_adversity_test.ts": 20,
  "traffic_test.ts": 16,
};

/** One batch for each file of `tests/`, whose processes are their own, and one for all that runs in its own process. */
export async function planOf(): Promise<Batch[]> {
  const batches: Batch[] = [{ args: ["--ignore=tests"], waits: false, alone: false, seconds: 1_000 }];
  for await (const { name } of Deno.readDir(join(ROOT, "tests"))) {
    if (!name.endsWith("_test.ts")) continue;
    const [waits, alone] = [WAITING.includes(name), ALONE.includes(name)];
    batches.push({ args: [`tests/${name}`], waits, alone, seconds: SECONDS[name] ?? 10 });
  }
  return batches.sort((a, b) => b.seconds - a.seconds);
}
