import { Hono } from "hono";
import type { Values } from "../../lib/configuration/mod.ts";
import { type Check, deliveryChecks, deliverySettings, type Outgoing } from "../delivery/mod.ts";
import { type Catalogue, catalogueOf, type investigationSettings } from "../investigation/mod.ts";
import { redact, type Store } from "../incidents/mod.ts";
import type { ModelValues } from "../model/mod.ts";
import { lastPage } from "./pages.ts";
import { sourceChecks } from "./sources.ts";

/** What the doctor needs. */
export interface DoctorDeps {
  readonly store: Store;
  readonly settings: Values<typeof deliverySettings> & Values<typeof investigationSettings> & ModelValues;
  /** The Watchdog alert: when it came last, and whether since the agent's start. */
  readonly heartbeat: {
    readonly state: { readonly last_at: string | null; readonly lost_at: string | null };
    readonly heard: boolean;
  };
  /** Channels that page people. */
  readonly pagers: readonly string[];
  readonly fetch?: typeof fetch;
  readonly now?: () => Date;
}

/** Body of `GET /api/doctor`. */
export interface Report {
  /** Nothing is wrong; what is not configured is no fault. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

const TIMEOUT_MS = 8_000;

/**
 * `GET /api/doctor`: each source and integration looked at for real and read-only. Requests at the same time share one look.
 *
 * @throws {ConfigurationError} when the services' description has mistakes.
 */
export function doctorRoutes(deps: DoctorDeps): Hono {
  const catalogue = catalogueOf(deps.settings);
  let looking: Promise<Report> | undefined;
  return new Hono().get("/api/doctor", async (c) => {
    looking ??= look(deps, catalogue).finally(() => looking = undefined);
    return c.json(await looking);
  });
}

async function look(deps: DoctorDeps, catalogue: Catalogue): Promise<Report> {
  const { store, settings, heartbeat, pagers, fetch: via = fetch, now = () => new Date() } = deps;
  const outgoing: Outgoing = { fetch: via, now, timeoutMs: TIMEOUT_MS };
  const [fault, sources, ways, page] = await Promise.all([
    store.fault(),
    sourceChecks(settings, { catalogue, outgoing }),
    deliveryChecks(settings, outgoing, { heard: heartbeat.heard, ticketFields: catalogue.jira }),
    lastPage(store, pagers),
  ]);
  const checks = [...sources, ...ways, page, heartbeatCheck(heartbeat), storeCheck(fault)]
    .map((check) => ({ ...check, text: redact(check.text) }));
  return { ok: checks.every((check) => check.state !== "failed"), checks };
}

function storeCheck(fault: string | undefined): Check {
  const name = "Store";
  if (fault === undefined) return { name, state: "ok", text: "incidents can be written" };
  return {
    name,
    state: "failed",
    text: `no alerts are taken: ${fault}: free space on its disk, or mend its file system`,
  };
}

function heartbeatCheck({ state: { last_at, lost_at }, heard }: DoctorDeps["heartbeat"]): Check {
  const name = "Heartbeat";
  if (lost_at !== null) {
    const text = `no Watchdog alert since ${
      last_at ?? "the start"
    }: check Prometheus' rules and Alertmanager's route to /alerts`;
    return { name, state: "failed", text };
  }
  if (!heard || last_at === null) {
    const before = last_at === null ? "" : `; the last one before that arrived at ${last_at}`;
    return { name, state: "skipped", text: `no Watchdog alert has arrived since the agent started${before}` };
  }
  return { name, state: "ok", text: `the last Watchdog alert arrived at ${last_at}` };
}
