/** What Alertmanager sends: which incident is this, and does the heartbeat still come? */
export { Heartbeat, type HeartbeatDeps, type HeartbeatState } from "./heartbeat.ts";
export { Reconciliation, type ReconciliationDeps } from "./reconciliation/reconciliation.ts";
export { type IntakeDeps, intakeRoutes } from "./routes.ts";
export { webhookSchema } from "./form.ts";
export { intakeSettings } from "./settings.ts";
export { type ChangesDeps, changesRoutes, changesSchema } from "./changes.ts";
