import { accessSettings } from "../lib/access/mod.ts";
import { flag, integer, list, number, oneOf, optional, text, url } from "../lib/configuration/mod.ts";
import { POLICIES } from "./policies.ts";

/** All settings of `oncall-lb`. */
export const settings = {
  hostname: text({ env: "LB_HOST", help: "address to listen on" }, "127.0.0.1"),
  port: integer({ env: "LB_PORT", help: "port to listen on; 0 takes a free one" }, 9000, 0, 65535),
  managerUrl: url({ env: "PM_URL", help: "the manager, which lists the backends" }, "http://127.0.0.1:7070"),
  refreshSec: number(
    { env: "LB_REFRESH_SEC", help: "seconds between two polls of the list of backends" },
    5,
    0.1,
    3600,
  ),
  backends: list({ env: "BACKENDS", help: "http://host:port,…: backends until the manager answers" }),
  backendsDns: optional({
    env: "BACKENDS_DNS",
    help: "host:port; the addresses of that DNS name are the backends, instead of the manager's list",
  }),
  connectTimeoutSec: number({ env: "LB_CONNECT_TIMEOUT", help: "seconds to connect to a backend" }, 1, 0.01, 300),
  readTimeoutSec: number(
    { env: "LB_READ_TIMEOUT", help: "seconds without a byte from a backend before a timeout" },
    30,
    0.01,
    3600,
  ),
  policy: oneOf(
    { env: "LB_POLICY", help: "how a backend is chosen: in turn, or the least busy" },
    POLICIES[0],
    POLICIES,
  ),
  probeSec: number({ env: "LB_PROBE_SEC", help: "seconds between two probes of a backend's /healthz" }, 1, 0.1, 3600),
  serverErrors: integer(
    { env: "LB_EJECT_5XX", help: "5xx in a row that eject a backend, if the others do better; 0: never" },
    10,
    0,
    1_000_000,
  ),
  maxConnections: integer({ env: "LB_MAX_CONNECTIONS", help: "most client connections" }, 8192, 1, 1_000_000),
  maxWaiting: integer(
    { env: "LB_MAX_WAITING", help: "most requests queued for one backend" },
    1024,
    1,
    1_000_000,
  ),
  ...accessSettings,
  accessLog: flag({ env: "LB_ACCESS_LOG", help: "write LOG_DIR/lb_access.log" }),
  logDir: text({ env: "LOG_DIR", help: "folder for logs" }, "logs"),
};
