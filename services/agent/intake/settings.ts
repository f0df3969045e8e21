import { integer, secret, text } from "../../lib/configuration/mod.ts";

/** Settings of what comes from Alertmanager. */
export const intakeSettings = {
  alertToken: secret({
    env: "ALERT_TOKEN",
    help: "bearer token required by POST /alerts; without it, none is required",
  }),
  refireWindowSec: integer(
    {
      env: "REFIRE_WINDOW",
      help: "seconds after a resolution in which new alerts reopen the same incident",
    },
    3_600,
    0,
  ),
  watchdogAlert: text(
    { env: "WATCHDOG_ALERT", help: "name of the always-firing alert used as the heartbeat" },
    "Watchdog",
  ),
  heartbeatTimeoutSec: integer(
    { env: "HEARTBEAT_TIMEOUT", help: "seconds without a heartbeat until monitoring counts as down; 0: never" },
    900,
    0,
    604_800,
  ),
  reconcileEverySec: integer(
    {
      env: "RECONCILE_EVERY",
      help: "seconds between two polls of Alertmanager for starts and ends that were not delivered; 0: never",
    },
    60,
    0,
    86_400,
  ),
};
