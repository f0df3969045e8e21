import { ROOT } from "../tasks/build/mod.ts";
import type { IncidentView } from "../services/lib/incident/mod.ts";
import { act } from "./act.ts";
import { crossing, samplesOf, waitsOf } from "./floor.ts";
import { judge, type Result } from "./judge.ts";
import { isTold, untilSeen } from "./observe.ts";
import type { Scenario } from "./scenario.ts";
import { type LabStack, startStack } from "./stack.ts";

/** How a scenario is run. */
export interface RunOptions {
  /** A folder of its own, absolute. */
  readonly folder: string;
  readonly seed: number;
  readonly speed: number;
  readonly signal: AbortSignal;
  /** Told of the running system and its incidents before it is ended. */
  readonly before?: (stack: LabStack, seen: { incidents: readonly IncidentView[]; result: Result }) => Promise<void>;
  /** Keep the folder with its logs. */
  readonly keep?: boolean;
}

/** Runs a scenario on a system of its own and judges what the agent said; what goes wrong is a failed result. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Result> {
  const { folder, seed, speed, signal, before, keep } = options;
  let stack: LabStack | undefined;
  try {
    stack = await startStack(folder, speed, signal);
    const result = await watch(scenario, stack, options);
    await before?.(stack, result);
    return result.result;
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    const nothing = { seed, onsetMs: Date.now(), incidents: [], instances: [], root: ROOT };
    return { ...await judge(scenario, nothing), verdict_ok: false, place_ok: false, line_ok: false, failed: reason };
  } finally {
    await stack?.stop();
    if (!keep) await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

async function watch(scenario: Scenario, { settings }: LabStack, { folder, seed, speed, signal }: RunOptions) {
  if (scenario.instances !== 2) await scale(settings.urls.PM_URL, scenario.instances);
  const begun = Date.now();
  const onsetMs = begun + scenario.onset * 1000 / speed;
  const ending = new AbortController();
  const over = AbortSignal.any([
    ending.signal,
    signal,
    AbortSignal.timeout(scenario.duration * 1000 / speed),
  ]);
  const acting = act(scenario, { settings, speed, seed, signal: over });
  acting.catch((error) => ending.abort(error));
  const paged = Math.max(...scenario.steps.map((step) => "page" in step ? step.at : 0));
  const from = scenario.truth === "none" ? begun + paged * 1000 / speed : onsetMs;
  // The first diagnosis is the one that wakes people; what comes after it is not waited for.
  const enough = (seen: readonly IncidentView[]) =>
    seen.some((incident) => Date.parse(incident.opened_at) >= from - 1000 && isTold(incident));
  const incidents = await untilSeen(settings, enough, over);
  ending.abort();
  await acting;
  signal.throwIfAborted();
  const instances = Array.from({ length: scenario.instances }, (_, index) => `inv${index + 1}`);
  const floor = scenario.truth === "none" ? null : await floorOf(settings.urls.PROM_URL!, { folder, begun, onsetMs });
  return { incidents, result: await judge(scenario, { seed, onsetMs, incidents, instances, root: ROOT, floor }) };
}

/** Seconds from the onset before which nobody can be told of too many errors, however fast; null where there were none. */
async function floorOf(
  url: string,
  { folder, begun, onsetMs }: { readonly folder: string; readonly begun: number; readonly onsetMs: number },
): Promise<number | null> {
  const waits = await waitsOf(folder);
  const until = Date.now() / 1000;
  const back = until - begun / 1000 + 60;
  const [errors, requests] = await Promise.all([
    samplesOf("http_errors_total", { url, back }),
    samplesOf("http_requests_total", { url, back }),
  ]);
  const crossed = crossing({ errors, requests }, { ...waits, from: onsetMs / 1000, until });
  return crossed === null ? null : crossed - onsetMs / 1000 + waits.for + waits.groupWait;
}

async function scale(manager: string, replicas: number): Promise<void> {
  const response = await fetch(`${manager}/scale`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ replicas }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the manager cannot run ${replicas} instances: ${text}`);
}
