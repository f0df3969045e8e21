import * as v from "valibot";
import { accessSettings } from "../lib/access/mod.ts";
import { backupSettings } from "../lib/database/mod.ts";
import { integer, joinSettings, list, optional, type Setting, text } from "../lib/configuration/mod.ts";
import { accountSettings } from "./accounts/mod.ts";
import { consoleSettings } from "./console/mod.ts";
import { deliverySettings, stormSettings } from "./delivery/mod.ts";
import { PERSONAL, type Personal } from "./incidents/mod.ts";
import { intakeSettings } from "./intake/mod.ts";
import { investigationSettings } from "./investigation/mod.ts";
import { modelSettings } from "./model/mod.ts";
import { operatorSettings } from "./operator/mod.ts";
import { pagingSettings } from "./paging/mod.ts";

/** Name and summary in `--help`. */
export const program = {
  name: "oncall-agent",
  summary: "Receives alerts, investigates them, and reports the cause.",
};

const personal: Setting<readonly Personal[]> = {
  env: "REDACT_PERSONAL",
  help: `personal data to redact besides credentials: ${PERSONAL.join(", ")}; or none`,
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
    help: "store of the incidents (default sqlite:<run directory>/oncall.db)",
  }),
  runDir: text({ env: "RUN_DIR", help: "folder for run-time state, inside the working directory" }, "run"),
  backupEveryHours: integer(
    { env: "BACKUP_EVERY", help: "hours between two backups of the store in <run directory>/backups; 0: none" },
    24,
    0,
    8_760,
  ),
  retentionDays: integer({ env: "RETENTION_DAYS", help: "days until a resolved incident is deleted" }, 90, 1, 36_500),
  storeMaxMb: integer(
    { env: "STORE_MAX_MB", help: "megabytes above which the oldest resolved incidents are deleted" },
    2_048,
    16,
    1_000_000,
  ),
};

/** All settings of the agent. */
export const settings = joinSettings(
  ownSettings,
  accessSettings,
  backupSettings,
  intakeSettings,
  investigationSettings,
  modelSettings,
  operatorSettings,
  deliverySettings,
  stormSettings,
  consoleSettings,
  accountSettings,
  pagingSettings,
);
