/**
 * The agent's intake alone, for {@linkcode benchDeliveries}: `delivery_server.ts <port> <store>`, where the store is
 * what `ONCALL_STORE` takes, or `none` to keep nothing.
 */
import { Hono } from "hono";
import { openStore, type Store } from "../services/agent/incidents/mod.ts";
import { Heartbeat, intakeRoutes } from "../services/agent/intake/mod.ts";
import { Access } from "../services/lib/access/mod.ts";
import { createMetrics, silentLogger } from "../services/lib/telemetry/mod.ts";

const [port = "0", url = "none"] = Deno.args;
const kept = await openStore(url === "none" ? "sqlite::memory:" : url);
const nothing = { transact: () => Promise.resolve([{ outcome: "opened", incident: undefined }]) } as unknown as Store;
const common = { log: silentLogger, registry: createMetrics(), notify: ["log"] };
const heartbeat = await Heartbeat.start({ ...common, store: kept, timeoutMs: 0 });
const settings = {
  alertToken: undefined,
  refireWindowSec: 3_600,
  watchdogAlert: "Watchdog",
  heartbeatTimeoutSec: 0,
  reconcileEverySec: 0,
};
const access = new Access({ hostname: "127.0.0.1" });
const app = new Hono()
  .get("/healthz", (c) => c.json({ ok: true }))
  .route("/", intakeRoutes({ ...common, store: url === "none" ? nothing : kept, settings, heartbeat, access }));
Deno.serve({ hostname: "127.0.0.1", port: Number(port), onListen() {} }, app.fetch);
