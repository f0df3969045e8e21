import { ROOT } from "../tasks/build/mod.ts";
import type { IncidentView } from "../services/agent/incidents/mod.ts";
import { act } from "./act.ts";
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

async function watch(scenario: Scenario, { settings }: LabStack, { seed, speed, signal }: RunOptions) {
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
  return { incidents, result: await judge(scenario, { seed, onsetMs, incidents, instances, root: ROOT }) };
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
