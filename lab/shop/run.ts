import { sleep } from "../../services/lib/waiting/mod.ts";
import type { IncidentView } from "../../services/lib/incident/mod.ts";
import { incidents as incidentsOf, isTold } from "../observe.ts";
import { actShop } from "./act.ts";
import { judgeShop, type ShopDiagnosis, type ShopResult, type Told } from "./judge.ts";
import type { ShopScenario } from "./scenario.ts";
import { type ShopSystem, startShop } from "./system.ts";
import { seeded, Traffic } from "./traffic.ts";

/** How long alerts of other services may take after the first diagnosis, in seconds with the shipped windows. */
const SETTLE = 75;
const LOOK_EVERY_MS = 250;

/** How a scenario is run. */
export interface ShopRunOptions {
  readonly seed: number;
  readonly speed: number;
  readonly signal: AbortSignal;
  /** Keep the folder with its logs; told where it is. */
  readonly keep?: (folder: string) => void;
  /** Told of the running system before it is ended. */
  readonly before?: (system: ShopSystem, incidents: readonly IncidentView[]) => Promise<void>;
}

/** How often a scenario is tried where the shop was not well before anything was done to it. */
const TRIES = 3;
/** The share of bad answers from which on it was not well. */
const UNWELL = 0.04;

/** The machine did not let the shop be well; nothing follows for the agent. */
class TooBusyError extends Error {
  override name = "TooBusyError";
}

/**
 * Runs a scenario on a shop of its own and judges what the agent said; what goes wrong is a failed result. A run in which
 * customers were served badly before anything was done is thrown away and made again.
 */
export async function runShopScenario(scenario: ShopScenario, options: ShopRunOptions): Promise<ShopResult> {
  for (let attempt = 1;; attempt++) {
    const result = await runOnce(scenario, options);
    if (attempt === TRIES || !result.failed?.startsWith(TooBusyError.name)) return result;
  }
}

async function runOnce(scenario: ShopScenario, options: ShopRunOptions): Promise<ShopResult> {
  const { speed, seed, signal, keep, before } = options;
  // Stack traces hold paths, so the folder's name tells nothing.
  const folder = await Deno.makeTempDir({ prefix: "srv-" });
  let system: ShopSystem | undefined;
  try {
    system = await startShop(folder, { speed, rules: scenario.rules, signal });
    const result = await watch(scenario, system, options);
    await before?.(system, await incidentsOf(system.settings));
    return result;
  } catch (error) {
    signal.throwIfAborted();
    const reason = error instanceof TooBusyError
      ? String(error)
      : error instanceof Error
      ? error.message
      : String(error);
    const ports = system?.ports ?? {} as ShopSystem["ports"];
    const nothing = { seed, onsetMs: Date.now(), told: [], incidents: [], pages: 0, messages: 0, ports, root: folder };
    return { ...await judgeShop(scenario, nothing), failed: reason };
  } finally {
    await system?.stop();
    if (keep) keep(folder);
    else await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

async function watch(scenario: ShopScenario, system: ShopSystem, options: ShopRunOptions): Promise<ShopResult> {
  const { speed, seed, signal } = options;
  const begun = Date.now();
  const onsetMs = begun + scenario.onset * 1000 / speed;
  const ending = new AbortController();
  const over = AbortSignal.any([ending.signal, signal, AbortSignal.timeout(scenario.duration * 1000 / speed)]);
  const traffic = new Traffic(
    `http://127.0.0.1:${system.ports.gateway}`,
    scenario.traffic,
    seeded(seed * 1000 + scenario.seed),
  );
  const acting = actShop(scenario, { system, traffic, speed, signal: over });
  acting.catch((error) => ending.abort(error));
  const sending = traffic.run(over);
  const told = new Map<string, Told>();
  let seen: IncidentView[] = [];
  let since: number | undefined;
  const untouchedMs = Math.min(scenario.onset, ...scenario.steps.map(({ at }) => at).filter((at) => at > 0)) * 1000 /
    speed;
  sleep(untouchedMs, over).then(() => mustBeWell(traffic)).catch((error) => ending.abort(error));
  while (!over.aborted) {
    seen = await incidentsOf(system.settings);
    for (const incident of seen) {
      if (incident.diagnosis === null || told.has(incident.id) || !isTold(incident)) continue;
      told.set(incident.id, { incident, diagnosis: incident.diagnosis as ShopDiagnosis });
    }
    const late = [...told.values()].some(({ incident }) => Date.parse(incident.opened_at) >= onsetMs - 1_000);
    if (late) since ??= Date.now();
    if (since !== undefined && Date.now() - since > SETTLE * 1000 / speed) break;
    await sleep(LOOK_EVERY_MS, over).catch(() => {});
  }
  const { reason } = ending.signal;
  ending.abort();
  await Promise.all([acting, sending]);
  signal.throwIfAborted();
  if (reason instanceof TooBusyError) throw reason;
  const { messages } = system.phone;
  const codes = seen.filter(({ code }) => messages.some(({ body }) => body.includes(code)));
  return await judgeShop(scenario, {
    seed,
    onsetMs,
    told: [...told.values()],
    incidents: seen,
    pages: codes.length,
    messages: messages.length,
    ports: system.ports,
    root: system.folder,
  });
}

function mustBeWell({ ended, bad }: Traffic): void {
  if (bad <= ended * UNWELL) return;
  throw new TooBusyError(`${bad} of ${ended} requests were answered badly or late before anything was done`);
}
