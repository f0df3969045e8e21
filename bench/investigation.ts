/**
 * From an alert's delivery to its stored diagnosis, by the rules, alone and with fifty incidents at once, beside the same
 * sources asked the same without an agent; and the tokens of a scripted model: `deno run -A bench/investigation.ts [rounds]`.
 */
import { allIncidents, deliver, getJson, startAgent, surroundings, tempFolder, until } from "../tests/testing/mod.ts";
import { sentDelivery } from "../services/agent/intake/testing/deliveries.ts";
import type { IncidentView } from "../services/agent/mod.ts";
import { investigateRecorded } from "../services/agent/investigation/testing/investigation.ts";
import { asks, startModel } from "../services/agent/investigation/testing/model.ts";
import { type BenchRow, benchRow } from "./row.ts";

const AT_ONCE = 50;
const ALONE = 20;

/** Milliseconds, sorted. */
type Times = readonly number[];

/** All rows of the investigation; each of `rounds` with an agent and a store of its own. */
export async function benchInvestigation(rounds = 3): Promise<BenchRow[]> {
  const alone: { ours: Times; theirs: Times }[] = [];
  const together: { ours: Times; theirs: Times }[] = [];
  // The first round warms everything up.
  for (let round = 0; round <= rounds; round++) {
    const measured = await oneRound();
    if (round === 0) continue;
    alone.push(measured.alone);
    together.push(measured.together);
  }
  const rows = (name: string, measured: typeof alone) =>
    [50, 95].map((percent) =>
      benchRow(
        { name: `agent/alert-to-diagnosis/${name}/p${percent}`, peer: "its sources alone, asked the same", unit: "ms" },
        measured.map(({ ours, theirs }) => ({ ours: quantile(ours, percent), theirs: quantile(theirs, percent) })),
      )
    );
  return [...rows("alone", alone), ...rows(`${AT_ONCE}-at-once`, together)];
}

async function oneRound(): Promise<
  { alone: { ours: Times; theirs: Times }; together: { ours: Times; theirs: Times } }
> {
  await using folder = await tempFolder();
  await using around = await surroundings();
  // Messages to phones are another measurement's matter.
  const { TWILIO_ACCOUNT_SID: _, ...env } = around.env;
  await using agent = await startAgent({ ...around, env }, { cwd: folder.path });
  const asked: string[] = [];
  around.onSource = (path) => asked.push(path);
  const alone: number[] = [];
  for (let i = 0; i < ALONE; i++) alone.push(...await diagnosed(agent.url, [`alone-${i}`]));
  const perIncident = asked.splice(0).length / ALONE;
  const sources = around.env.PROM_URL!;
  const together = await diagnosed(agent.url, Array.from({ length: AT_ONCE }, (_, i) => `together-${i}`));
  around.onSource = () => {};
  const theirsAlone: number[] = [];
  for (let i = 0; i < ALONE; i++) theirsAlone.push(await askSources(sources, perIncident));
  const theirsTogether = await Promise.all(Array.from({ length: AT_ONCE }, () => askSources(sources, perIncident)));
  return {
    alone: { ours: sorted(alone), theirs: sorted(theirsAlone) },
    together: { ours: sorted(together), theirs: sorted(theirsTogether) },
  };
}

/** Milliseconds from sending each group's alert to its diagnosis, by the agent's own time of it. */
async function diagnosed(url: string, groups: readonly string[]): Promise<number[]> {
  const sent = new Map<string, number>();
  await Promise.all(groups.map(async (group) => {
    sent.set(group, Date.now());
    const { status } = await deliver(
      url,
      sentDelivery([{ startsAt: new Date().toISOString(), fingerprint: group }], { groupKey: group }),
    );
    if (status !== 200) throw new Error(`a delivery was answered ${status}`);
  }));
  return await until("every incident is diagnosed", async () => {
    const incidents = (await allIncidents(url)).filter(({ group_key }) => sent.has(group_key));
    if (incidents.length < groups.length || incidents.some(({ state }) => state !== "diagnosed")) return false;
    return await Promise.all(incidents.map(async ({ id, group_key }) => {
      const { diagnosis } = await getJson(`${url}/api/incidents/${id}`) as IncidentView;
      if (diagnosis?.verdict !== "cause_found") throw new Error("a diagnosis is wrong");
      return Date.parse(diagnosis.at) - sent.get(group_key)!;
    }));
  }, { timeoutMs: 120_000, everyMs: 20 });
}

/** As many requests as one investigation makes, in two rounds as it makes them. */
async function askSources(url: string, count: number): Promise<number> {
  const started = performance.now();
  const ask = async () => {
    const response = await fetch(`${url}/api/v1/query?query=up&time=${Date.now() / 1000}`);
    await response.body?.cancel();
  };
  const first = Math.max(1, Math.round(count) - 2);
  await Promise.all(Array.from({ length: first }, ask));
  await Promise.all(Array.from({ length: 2 }, ask));
  return performance.now() - started;
}

/** Tokens that a scripted model uses for one investigation: first calls, the code, the diagnosis. */
export async function scriptedTokens(): Promise<number> {
  const model = startModel([
    asks(["fetch_logs"], ["compute_error_rate"]),
    asks(["fetch_code_from_github", { file_path: "services/inventory/pricing.ts" }]),
    asks(["send_diagnosis", {
      root_cause: "33 % of all requests fail.",
      affected_file: "services/inventory/pricing.ts",
      line_number: 6,
      suggested_fix: "Mend it.",
      priority: "high",
      next_steps: [],
    }]),
  ]);
  const situations = new URL("../services/agent/investigation/situations/", import.meta.url);
  const name = "null_dereference_on_one_route_fresh_system_both_instances.json";
  const { tokens } = await investigateRecorded(JSON.parse(await Deno.readTextFile(new URL(name, situations))), {
    model: model.brain,
  });
  return tokens;
}

function sorted(values: readonly number[]): Times {
  return values.toSorted((a, b) => a - b);
}

function quantile(values: Times, percent: number): number {
  return Math.round(values[Math.min(values.length - 1, Math.ceil(values.length * percent / 100) - 1)]! * 10) / 10;
}

if (import.meta.main) {
  for (const row of await benchInvestigation(Number(Deno.args[0] ?? 3))) console.log(JSON.stringify(row));
  console.log(`tokens of a scripted investigation: ${await scriptedTokens()}`);
  Deno.exit(0);
}
