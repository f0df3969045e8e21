import { createHash, timingSafeEqual } from "node:crypto";
import { type Context, Hono } from "hono";
import { Counter, Histogram, type Registry } from "prom-client";
import type { Values } from "../../lib/configuration/mod.ts";
import { ApiError } from "../../lib/http/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import { newId, type Store, StoreUnavailable } from "../incidents/mod.ts";
import { BodyReader } from "./body.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { receive } from "./receive.ts";
import type { intakeSettings } from "./settings.ts";
import { parseWebhook } from "./webhook.ts";

/** What `POST /alerts` needs. */
export interface IntakeDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly registry: Registry;
  readonly settings: Values<typeof intakeSettings>;
  readonly heartbeat: Heartbeat;
  /** Channels that are told of what needs no investigation, e.g. a resolution. */
  readonly notify: readonly string[];
  readonly now?: () => Date;
}

// Alertmanager retries by its own backoff; this is for senders that ask when.
const RETRY_AFTER_SEC = 5;

/**
 * `POST /alerts`: Alertmanager's webhook. It answers 200 once everything is durable, 503 for whatever could succeed
 * later (Alertmanager tries again), and a 4xx only for what would fail again: it takes that for the end of the matter.
 */
export function intakeRoutes(deps: IntakeDeps): Hono {
  const { store, log, settings, heartbeat, notify, now = () => new Date() } = deps;
  const registers = [deps.registry];
  const deliveries = new Counter({
    name: "oncall_agent_deliveries_total",
    help: "Deliveries of Alertmanager, by what they led to.",
    labelNames: ["outcome"],
    registers,
  });
  // From zero, so that the first one of a kind shows as an increase.
  for (const outcome of ["opened", "repeated", "resolved", "unavailable", "failed", "too_large", "invalid_input"]) {
    deliveries.inc({ outcome }, 0);
  }
  const seconds = new Histogram({
    name: "oncall_agent_delivery_seconds",
    help: "Time from a delivery's arrival to its answer.",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const bodies = new BodyReader();
  const token = settings.alertToken === undefined ? undefined : digest(`Bearer ${settings.alertToken}`);

  return new Hono().post("/alerts", async (c) => {
    const stop = seconds.startTimer();
    try {
      if (token !== undefined && !timingSafeEqual(token, digest(c.req.header("authorization") ?? ""))) {
        throw new ApiError(401, "unauthorized", "Send the ALERT_TOKEN as a bearer token (http_config.authorization).");
      }
      const { outcome, code } = await bodies.read(c.req.raw, take);
      deliveries.inc({ outcome });
      return c.json({ ok: true, outcome, incident: code });
    } catch (error) {
      return refused(c, error);
    } finally {
      stop();
    }
  });

  async function take(body: string): Promise<{ outcome: string; code: string | null }> {
    const webhook = parseWebhook(body);
    const alerts = webhook.alerts.filter((alert) => alert.labels.alertname !== settings.watchdogAlert);
    const beats = webhook.alerts.some((alert) =>
      alert.labels.alertname === settings.watchdogAlert && alert.status === "firing"
    );
    const at = now();
    const delivery = { id: newId({ now: () => at }), received_at: at.toISOString(), body: webhook.body };
    const options = { now: at, refireWindowMs: settings.refireWindowSec * 1_000, notify };
    let noted = () => {};
    const result = await store.transact(async (tx) => {
      if (beats) noted = await heartbeat.beat(tx);
      // The heartbeat repeats for ever: it is noted, not kept.
      if (alerts.length === 0) return { outcome: beats ? "heartbeat" : "empty", incident: undefined };
      return await receive(tx, { delivery, webhook: { ...webhook, alerts } }, options);
    });
    noted();
    const { outcome, incident } = result;
    if (incident !== undefined && outcome !== "repeated") {
      log.info("delivery received", { outcome, incident: incident.code, title: incident.title });
    }
    return { outcome, code: incident?.code ?? null };
  }

  async function refused(c: Context, error: unknown): Promise<Response> {
    if (error instanceof StoreUnavailable) {
      deliveries.inc({ outcome: "unavailable" });
      log.error("a delivery could not be stored and was refused, to be sent again", { error: error.message });
      c.header("retry-after", String(RETRY_AFTER_SEC));
      return c.json(
        { error: "store_unavailable", message: "The store cannot write now: send this delivery again." },
        503,
      );
    }
    if (!(error instanceof ApiError)) {
      deliveries.inc({ outcome: "failed" });
      throw error;
    }
    deliveries.inc({ outcome: error.code });
    log.warn("a delivery was refused", { error: error.code, reason: error.message.slice(0, 500) });
    if (error.status === 503) c.header("retry-after", String(RETRY_AFTER_SEC));
    if (error.code === "too_large") await tellTooLarge(error.message);
    throw error;
  }

  /** A group that never gets through must not go unnoticed: told once an hour. */
  async function tellTooLarge(message: string): Promise<void> {
    const at = now().toISOString();
    try {
      await store.transact(async (tx) => {
        for (const channel of notify) {
          await tx.enqueueOutbox({
            incident_id: null,
            key: `intake/too_large/${at.slice(0, 13)}/${channel}`,
            channel,
            kind: "delivery_refused",
            payload: { text: `Alertmanager sent alerts that were refused, so nobody is told of them. ${message}` },
            next_at: at,
          });
        }
      });
    } catch (error) {
      log.error("the refusal of a delivery could not be told", { error });
    }
  }
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
