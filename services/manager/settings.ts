import { accessSettings, labSetting } from "../lib/access/mod.ts";
import { integer, optional, text } from "../lib/configuration/mod.ts";

/** Name and summary in `--help`. */
export const program = {
  name: "oncall-manager",
  summary: "Starts, scales and supervises the inventory's instances.",
};

/** All settings of the manager. */
export const settings = {
  host: text({ env: "PM_HOST", flag: "host", help: "address to listen on" }, "127.0.0.1"),
  port: integer({ env: "PM_PORT", flag: "port", help: "port to listen on" }, 7070, 0, 65_535),
  basePort: integer({ env: "PM_BASE_PORT", flag: "base-port", help: "first instance's port" }, 8001, 1, 65_535),
  maxPort: integer(
    { env: "PM_MAX_PORT", flag: "max-port", help: "last instance's port" },
    8010,
    1,
    65_535,
  ),
  discoveryFile: optional({
    env: "PM_SD_FILE",
    help: "Prometheus file_sd file to maintain (default inventory_targets.json in the run directory)",
  }),
  inventoryBin: optional({
    env: "INVENTORY_BIN",
    help: "executable of an instance (default oncall-inventory on PATH, else bin/oncall-inventory)",
  }),
  ...accessSettings,
  lab: labSetting,
  runDir: text({ env: "RUN_DIR", help: "folder for run-time state, inside the working directory" }, "run"),
  logDir: text({ env: "LOG_DIR", help: "folder for logs, inside the working directory" }, "logs"),
};
