import { accessSettings, labSetting } from "../lib/access/mod.ts";
import { integer, oneOf, optional, text, url } from "../lib/configuration/mod.ts";
import { FAULT_MODES } from "./faults.ts";
import { FREIGHT_URL } from "./freight.ts";

/** All settings of an instance. */
export const settings = {
  host: text({ env: "HOST", flag: "host", help: "address to listen on" }, "127.0.0.1"),
  port: integer({ env: "PORT", flag: "port", help: "port to listen on, 0 for a free one" }, 8001, 0, 65535),
  service: optional({ env: "SERVICE", flag: "service", help: "name in metrics and logs, default inv1 for port 8001" }),
  fault: oneOf({ env: "FAULT", flag: "fault", help: "initial fault" }, "none", FAULT_MODES),
  db: optional({ env: "INVENTORY_DB", flag: "db", help: "file of the item store, default items.db in RUN_DIR" }),
  freightUrl: url({ env: "FREIGHT_URL", help: "base URL of the carrier's rate service" }, FREIGHT_URL),
  ...accessSettings,
  lab: labSetting,
  runDir: text({ env: "RUN_DIR", help: "folder for run-time state" }, "run"),
  logDir: text({ env: "LOG_DIR", help: "folder for logs" }, "logs"),
};
