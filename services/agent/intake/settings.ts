import { integer, secret, text } from "../../lib/configuration/mod.ts";

/** Settings of what comes from Alertmanager. */
export const intakeSettings = {
  alertToken: secret({
    env: "ALERT_TOKEN",
    help: "bearer token that POST /alerts must carry; without it none is asked for",
  }),
  refireWindowSec: integer(
    {
      env: "REFIRE_WINDOW",
      help: "seconds after its resolution in which an incident that fires again is the same one",
    },
    3_600,
    0,
  ),
  watchdogAlert: text(
    { env: "WATCHDOG_ALERT", help: "name of the always-firing alert that is the heartbeat" },
    "Watchdog",
  ),
  heartbeatTimeoutSec: integer(
    { env: "HEARTBEAT_TIMEOUT", help: "seconds without a heartbeat after which monitoring counts as down; 0: never" },
    900,
    0,
    604_800,
  ),
  reconcileEverySec: integer(
    {
      env: "RECONCILE_EVERY",
      help: "seconds between two looks at Alertmanager for alerts that ended without a delivery; 0: never",
    },
    60,
    0,
    86_400,
  ),
};
