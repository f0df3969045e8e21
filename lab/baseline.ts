import { isCorrect, type Report } from "./report.ts";

/** The committed state of things, by brain: how often each scenario came out right, out of how many runs. */
export type Baseline = Readonly<
  Record<string, Readonly<Record<string, { readonly right: number; readonly of: number }>>>
>;

const FILE = new URL("./baseline.json", import.meta.url);

/** The committed baseline; empty where there is none yet. */
export async function loadBaseline(): Promise<Baseline> {
  try {
    return JSON.parse(await Deno.readTextFile(FILE));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

/** In which scenarios a report is worse than the baseline, in words; a scenario that is not in it cannot be worse. */
export function worseThan(baseline: Baseline, report: Report): string[] {
  const before = baseline[report.brain] ?? {};
  return Object.entries(counts(report)).flatMap(([name, now]) => {
    const then = before[name];
    if (then === undefined || now.right * then.of >= then.right * now.of) return [];
    return [`${name}: right in ${now.right} of ${now.of} runs, the baseline has ${then.right} of ${then.of}`];
  });
}

/** Puts a report's scenarios into the committed baseline. */
export async function saveBaseline(baseline: Baseline, report: Report): Promise<void> {
  const merged = { ...baseline[report.brain], ...counts(report) };
  const sorted = Object.fromEntries(Object.entries(merged).sort(([a], [b]) => a.localeCompare(b)));
  await Deno.writeTextFile(FILE, `${JSON.stringify({ ...baseline, [report.brain]: sorted }, null, 2)}\n`);
}

function counts(report: Report): Record<string, { right: number; of: number }> {
  const out: Record<string, { right: number; of: number }> = {};
  for (const result of report.scenarios) {
    const entry = out[result.name] ??= { right: 0, of: 0 };
    entry.of++;
    if (isCorrect(result)) entry.right++;
  }
  return out;
}
