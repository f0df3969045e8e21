import { type Context, Hono } from "hono";
import { Counter, Histogram, type Registry } from "prom-client";
import type { Values } from "../../lib/configuration/mod.ts";
import { type Access, callOf } from "../../lib/access/mod.ts";
import { ApiError } from "../../lib/http/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import { announce, type Incident, newId, type Store, StoreUnavailable, type Transaction } from "../incidents/mod.ts";
import { BodyReader } from "./body.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { receive, type ReceiveOptions } from "./receive.ts";
import type { intakeSettings } from "./settings.ts";
import type { SenderOptions } from "./senders/mod.ts";
import { isCalm } from "./calm.ts";
import { SenderCheck } from "./sender_check.ts";
import { parseWebhooks, type Webhook } from "./webhook.ts";

/** What `POST /alerts` needs. */
export interface IntakeDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly registry: Registry;
  readonly settings: Values<typeof intakeSettings>;
  readonly heartbeat: Heartbeat;
  /** Who may call the agent, and by which name. */
  readonly access: Access;
  /** Channels that are told of what needs no investigation, e.g. a resolution. */
  readonly notify: readonly string[];
  /** How alerts of other forms are read, and what severity words mean, as configured. */
  readonly senders?: SenderOptions;
  /** People are called until one acknowledges. */
  readonly pages?: boolean;
  readonly now?: () => Date;
}

/** What strangers and pages get: nobody is told of it, for anybody could send messages to people by it. */
const STRANGERS = new Set(["unauthorized", "cross_origin"]);
// Alertmanager retries by its own backoff; this is for senders that ask when.
const RETRY_AFTER_SEC = 5;

/**
 * `POST /alerts`: Alertmanager's webhook. It answers 200 once everything is durable, 503 for whatever could succeed
 * later (Alertmanager tries again), and a 4xx only for what would fail again: it takes that for the end of the matter.
 */
export function intakeRoutes(deps: IntakeDeps): Hono {
  const { store, log, settings, heartbeat, notify, senders = {}, now = () => new Date() } = deps;
  const registers = [deps.registry];
  const deliveries = new Counter({
    name: "oncall_agent_deliveries_total",
    help: "Deliveries of alerts, by outcome.",
    labelNames: ["outcome"],
    registers,
  });
  // From zero, so that the first one of a kind shows as an increase.
  for (const outcome of ["opened", "repeated", "resolved", "unavailable", "failed", "too_large", "invalid_input"]) {
    deliveries.inc({ outcome }, 0);
  }
  const seconds = new Histogram({
    name: "oncall_agent_delivery_seconds",
    help: "Time from a delivery's arrival to its response.",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const bodies = new BodyReader();
  const senderCheck = new SenderCheck(deps.access, settings.alertToken);

  return new Hono().post("/alerts", async (c) => {
    const stop = seconds.startTimer();
    try {
      senderCheck.check(callOf(c));
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
    const webhooks = parseWebhooks(body, senders);
    const at = now();
    const options = {
      now: at,
      refireWindowMs: settings.refireWindowSec * 1_000,
      pages: deps.pages,
      notify,
      severities: senders.severities ?? {},
    };
    let noted: (() => void)[] = [];
    const results = await store.transact(async (tx) => {
      noted = [];
      const results = [];
      for (const webhook of webhooks) results.push(await takeGroup(tx, webhook, { options, noted }));
      return results;
    });
    for (const note of noted) note();
    for (const { outcome, incident } of results) {
      if (incident === undefined || outcome === "repeated") continue;
      log.info("delivery received", { outcome, incident: incident.code, title: incident.title });
    }
    const told = results.find(({ incident }) => incident !== undefined) ?? results[0]!;
    return { outcome: told.outcome, code: told.incident?.code ?? null };
  }

  async function takeGroup(
    tx: Transaction,
    webhook: Webhook,
    { options, noted }: { readonly options: ReceiveOptions; readonly noted: (() => void)[] },
  ): Promise<{ outcome: string; incident: Incident | undefined }> {
    const { watchdogAlert } = settings;
    const named = webhook.alerts.filter((alert) => alert.labels.alertname === watchdogAlert);
    const beats = named.some((alert) => alert.status === "firing");
    if (beats) noted.push(await heartbeat.beat(tx));
    const alerts = webhook.alerts.filter((alert) => !named.includes(alert) && !isCalm(alert, options.severities));
    // What repeats for ever, and what only keeps other alerts quiet, is noted, not kept.
    if (alerts.length === 0) {
      const outcome = beats ? "heartbeat" : webhook.alerts.length > named.length ? "not_for_people" : "empty";
      return { outcome, incident: undefined };
    }
    const delivery = {
      id: newId({ now: () => options.now }),
      received_at: options.now.toISOString(),
      body: webhook.body,
    };
    return await receive(tx, { delivery, webhook: { ...webhook, alerts } }, options);
  }

  async function refused(c: Context, error: unknown): Promise<Response> {
    if (error instanceof StoreUnavailable) {
      deliveries.inc({ outcome: "unavailable" });
      log.error("cannot store a delivery, answered 503 for a retry", { error: error.message });
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
    log.warn("delivery refused", { error: error.code, reason: error.message.slice(0, 500) });
    if (error.status === 503) c.header("retry-after", String(RETRY_AFTER_SEC));
    if (error.status < 500 && !STRANGERS.has(error.code)) await tellRefused(error);
    throw error;
  }

  /** What never gets through must not go unnoticed: each reason is told once an hour. */
  async function tellRefused({ code, message }: ApiError): Promise<void> {
    const at = now().toISOString();
    try {
      await store.transact(async (tx) => {
        const text = `A delivery of alerts was refused, so nobody is told of what was in it. ${message}`;
        const occasion = { of: "refusal", code, at } as const;
        const where = { incident_id: null, occasion, channels: notify, at };
        await announce(tx, { kind: "delivery_refused", payload: { text } }, where);
      });
    } catch (error) {
      log.error("cannot report a refused delivery", { error });
    }
  }
}
