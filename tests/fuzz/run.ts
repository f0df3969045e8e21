import { createHash } from "node:crypto";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import type { Opened, Target } from "./target.ts";

/** A case that was not taken as it has to be. */
export interface Finding {
  readonly target: string;
  readonly seed: number;
  readonly problem: string;
  readonly case: unknown;
}

/** Where findings are kept, each in a file that the tests try again. */
export const KEPT = fileURLToPath(new URL("./kept", import.meta.url));
/** Longest time that a case may take, in milliseconds of this process's own work. */
const LONGEST_MS = 1_000;

/** Tries `cases` cases of a target, made from `seed`; the first one that fails, as small as it could be made. */
export async function fuzz(
  target: Target,
  { cases, seed }: { readonly cases: number; readonly seed: number },
): Promise<Finding | undefined> {
  const opened = await target.open();
  try {
    const details = await fc.check(fc.asyncProperty(target.cases, (one) => tryOne(opened, one)), {
      numRuns: cases,
      seed,
      endOnFailure: false,
      interruptAfterTimeLimit: 120_000,
      markInterruptAsFailure: false,
    });
    if (!details.failed || details.counterexample === null) return undefined;
    const { errorInstance } = details;
    const problem = errorInstance instanceof Error
      ? errorInstance.stack ?? errorInstance.message
      : String(errorInstance);
    return { target: target.name, seed, problem, case: details.counterexample[0] };
  } finally {
    await opened.close();
  }
}

/** Tries one case. @throws when it is not taken as it has to be, or takes too long. */
export async function tryOne(opened: Opened, one: unknown): Promise<void> {
  let took = await timed(opened, one);
  // A busy machine makes anything slow once.
  for (let again = 0; took > LONGEST_MS && again < 2; again++) took = Math.min(took, await timed(opened, one));
  if (took > LONGEST_MS) throw new Error(`took ${Math.round(took)} ms`);
}

async function timed(opened: Opened, one: unknown): Promise<number> {
  const { user, system } = process.cpuUsage();
  await opened.try(one);
  const used = process.cpuUsage({ user, system });
  return (used.user + used.system) / 1_000;
}

/** Keeps a finding; the path of its file. */
export async function keep(finding: Finding): Promise<string> {
  const problem = finding.problem.split("\n", 1)[0];
  const text = JSON.stringify({ ...finding, problem }, null, 1) + "\n";
  const name = `${finding.target}-${
    createHash("sha256").update(JSON.stringify(finding.case)).digest("hex").slice(0, 10)
  }.json`;
  await Deno.mkdir(KEPT, { recursive: true });
  await Deno.writeTextFile(join(KEPT, name), text);
  return join("tests/fuzz/kept", name);
}

/** Every finding that is kept. */
export async function kept(): Promise<{ readonly file: string; readonly finding: Finding }[]> {
  const found = [];
  for await (const { name } of Deno.readDir(KEPT)) {
    if (name.endsWith(".json")) {
      found.push({ file: name, finding: JSON.parse(await Deno.readTextFile(join(KEPT, name))) });
    }
  }
  return found.sort((a, b) => a.file < b.file ? -1 : 1);
}
