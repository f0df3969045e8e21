import type { Alert, Incident, ToolCall } from "../../incidents/mod.ts";
import { silentLogger } from "../../../lib/telemetry/mod.ts";
import type { Brain } from "../brains/brain.ts";
import { type Catalogue, serviceOf } from "../catalogue/mod.ts";
import { shippedCatalogue } from "../catalogue/mod.ts";
import { runLoop } from "../loop.ts";
import type { Outcome, StepRecord } from "../loop_options.ts";
import { createSources } from "../sources/mod.ts";
import type { Situation } from "../tools/mod.ts";
import type { Recorded } from "./recorded.ts";
import { World } from "./world.ts";

/** When all recorded situations take place. */
export const NOW = new Date("2026-11-22T15:00:00Z");

/** What a test run left behind. */
export interface Ran extends Outcome {
  readonly ledger: readonly ToolCall[];
  readonly records: ReadonlyMap<number, StepRecord>;
  readonly world: World;
}

/** The situation of a recorded alert. */
export function situationOf(recorded: Recorded, catalogue: Catalogue = shippedCatalogue()): Situation {
  const startsAt = new Date(NOW.getTime() - recorded.alert.ago * 1000).toISOString();
  const { labels, annotations = {}, resolved = false } = recorded.alert;
  const alert: Alert = {
    fingerprint: "00000000000000aa",
    status: resolved ? "resolved" : "firing",
    starts_at: startsAt,
    ends_at: resolved ? NOW.toISOString() : null,
    labels,
    annotations,
    generator_url: "",
    episode: 1,
  };
  const incident: Incident = {
    id: "01900000-0000-7000-8000-000000000001",
    code: "K7QF",
    state: "investigating",
    service: labels.service ?? "unknown",
    severity: labels.severity ?? "",
    title: `${labels.alertname} ${labels.service ?? ""}`,
    group_key: "{}",
    opened_at: startsAt,
    resolved_at: null,
    truncated_alerts: 0,
    episode: 1,
    acknowledged_at: null,
    acknowledged_by: null,
  };
  const messages = (recorded.messages ?? []).map((text) => ({ at: startsAt, from: "operator:+15550100", text }));
  return { incident, alerts: [alert], messages, service: serviceOf(catalogue, labels), episode: 1 };
}

/** Investigates a recorded situation with nothing but what is recorded. */
export async function investigateRecorded(
  recorded: Recorded,
  options: {
    readonly model?: Brain;
    readonly catalogue?: Catalogue;
    readonly limits?: { readonly steps: number; readonly budgetMs: number };
    readonly runbooks?: ReadonlyMap<string, string>;
    /** Wraps what the sources are asked through. */
    readonly around?: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch;
  } = {},
): Promise<Ran> {
  const { catalogue = shippedCatalogue(), limits = { steps: 12, budgetMs: 60_000 }, runbooks = new Map() } = options;
  const situation = situationOf(recorded, catalogue);
  const now = () => NOW;
  const world = new World(recorded, { service: situation.service ?? catalogue.services[0]!, now: NOW });
  const root = recorded.code === undefined ? undefined : await codeFolder(recorded.code);
  const base = createSources(
    {
      promUrl: "http://prometheus.test",
      lbUrl: "http://lb.test",
      alertmanagerUrl: "http://alertmanager.test",
      pmUrl: "http://manager.test",
      codeRoot: root,
    },
    { fetch: options.around?.(world.fetch) ?? world.fetch, now, catalogue },
  );
  const ledger: ToolCall[] = [];
  const records = new Map<number, StepRecord>();
  try {
    const outcome = await runLoop({
      situation,
      ledger: [],
      records: new Map(),
      recorder: {
        call(entry) {
          ledger.push(entry);
          return Promise.resolve();
        },
        step(step, record) {
          records.set(step, record);
          return Promise.resolve();
        },
      },
      model: options.model,
      limits,
      sources: { ...base, runbooks: () => Promise.resolve(runbooks) },
      store: { similar: () => Promise.resolve([]), view: () => Promise.resolve(undefined) },
      log: silentLogger,
      now,
      signal: new AbortController().signal,
    });
    return { ...outcome, ledger, records, world };
  } finally {
    if (root !== undefined) await Deno.remove(root, { recursive: true });
  }
}

async function codeFolder(files: NonNullable<Recorded["code"]>): Promise<string> {
  const root = await Deno.makeTempDir();
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(`${root}/${path.split("/").slice(0, -1).join("/")}`, { recursive: true });
    await Deno.writeTextFile(`${root}/${path}`, typeof text === "string" ? text : text.join("\n"));
  }
  return root;
}
