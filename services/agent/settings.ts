import * as v from "valibot";
import { integer, joinSettings, list, optional, type Setting, text } from "../lib/configuration/mod.ts";
import { consoleSettings } from "./console/mod.ts";
import { deliverySettings, stormSettings } from "./delivery/mod.ts";
import { PERSONAL, type Personal } from "./incidents/mod.ts";
import { intakeSettings } from "./intake/mod.ts";
import { investigationSettings } from "./investigation/mod.ts";
import { modelSettings } from "./model/mod.ts";
import { operatorSettings } from "./operator/mod.ts";

/** What `--help` says. */
export const program = {
  name: "oncall-agent",
  summary: "Takes alerts, investigates them, and tells people the cause.",
};

const personal: Setting<readonly Personal[]> = {
  env: "REDACT_PERSONAL",
  help: `personal data that is taken out of every text beside credentials: ${PERSONAL.join(", ")}; or none`,
  fallback: PERSONAL,
  schema: v.pipe(
    list({ help: "" }).schema,
    v.transform((kinds) => kinds.filter((kind) => kind !== "none")),
    v.array(v.picklist(PERSONAL, `expected some of ${PERSONAL.join(", ")}, or none`)),
  ),
};

const ownSettings = {
  redactPersonal: personal,
  host: text({ env: "AGENT_HOST", flag: "host", help: "address to listen on" }, "127.0.0.1"),
  port: integer({ env: "AGENT_PORT", flag: "port", help: "port to listen on" }, 8088, 0, 65_535),
  storeUrl: optional({
    env: "ONCALL_STORE",
    help: "where incidents are kept (default sqlite:<run directory>/oncall.db)",
  }),
  runDir: text({ env: "RUN_DIR", help: "folder for run-time state, inside the working directory" }, "run"),
  retentionDays: integer({ env: "RETENTION_DAYS", help: "days for which resolved incidents are kept" }, 90, 1, 36_500),
  storeMaxMb: integer(
    { env: "STORE_MAX_MB", help: "megabytes beyond which the oldest resolved incidents are forgotten" },
    2_048,
    16,
    1_000_000,
  ),
};

/** Everything that the agent takes from its environment and flags. */
export const settings = joinSettings(
  ownSettings,
  intakeSettings,
  investigationSettings,
  modelSettings,
  operatorSettings,
  deliverySettings,
  stormSettings,
  consoleSettings,
);
