import assert from "node:assert/strict";
import { Hono } from "hono";
import { Registry } from "prom-client";
import { Access } from "../../../lib/access/mod.ts";
import { onError, onNotFound } from "../../../lib/http/mod.ts";
import { silentLogger } from "../../../lib/telemetry/mod.ts";
import { type IncidentView, openStore, type Store } from "../../incidents/mod.ts";
import { Heartbeat } from "../heartbeat.ts";
import { intakeRoutes } from "../routes.ts";
import { type SentAlert, sentDelivery } from "./deliveries.ts";

/** The intake on a store in memory, with a clock of its own. */
export interface Intake {
  readonly store: Store;
  readonly registry: Registry;
  send(delivery: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Sends, expects 200, and gives the outcome. */
  outcome(alerts: readonly SentAlert[], fields?: Record<string, unknown>): Promise<string>;
  incidents(): Promise<IncidentView[]>;
  advance(ms: number): void;
}

/** Runs `body` with an intake that begins at 2026-01-01T12:00:00Z; `store` may stand between it and its store. */
export async function withIntake(
  body: (intake: Intake) => Promise<void>,
  options: { alertToken?: string; store?: (store: Store) => Store; notify?: readonly string[] } = {},
): Promise<void> {
  let wall = Date.parse("2026-01-01T12:00:00Z");
  const now = () => new Date(wall);
  const real = await openStore("sqlite::memory:", { now });
  const store = options.store?.(real) ?? real;
  const registry = new Registry();
  const { notify = ["phone"] } = options;
  const heartbeat = await Heartbeat.start({ store: real, log: silentLogger, registry, timeoutMs: 0, notify, now });
  const settings = {
    alertToken: options.alertToken,
    refireWindowSec: 3_600,
    watchdogAlert: "Watchdog",
    heartbeatTimeoutSec: 0,
    reconcileEverySec: 0,
  };
  const access = new Access({ hostname: "127.0.0.1" });
  const routes = intakeRoutes({ store, log: silentLogger, registry, settings, heartbeat, access, notify, now });
  const app = new Hono().route("/", routes).notFound(onNotFound).onError(onError(() => {}));
  const send: Intake["send"] = async (delivery, headers = {}) =>
    await app.request("/alerts", {
      method: "POST",
      body: typeof delivery === "string" || delivery instanceof ReadableStream ? delivery : JSON.stringify(delivery),
      headers: { "content-type": "application/json", ...headers },
    }, { remoteAddr: { hostname: "127.0.0.1" } });
  const incidents = async () => {
    const { incidents } = await real.list({ limit: 500 });
    return await Promise.all(incidents.reverse().map(async ({ id }) => (await real.view(id))!));
  };
  try {
    await body({
      store: real,
      registry,
      send,
      outcome: async (alerts, fields) => {
        const response = await send(sentDelivery(alerts, fields));
        assert.equal(response.status, 200, await response.clone().text());
        return (await response.json()).outcome;
      },
      incidents,
      advance: (ms) => {
        wall += ms;
      },
    });
  } finally {
    await heartbeat.stop();
    await real.close();
  }
}

/** The kinds of an incident's timeline. */
export const kinds = (view: IncidentView | undefined) => view?.timeline.map((entry) => entry.kind);
/** How many pieces of work wait. */
export const queued = async (store: Store) => (await store.counts()).work.queued;
