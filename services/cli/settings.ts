import { accessSettings } from "../lib/access/mod.ts";
import { backupSettings } from "../lib/database/mod.ts";
import {
  flag,
  integer,
  localUrl,
  optional,
  secret,
  type Setting,
  text,
  url,
  type Values,
} from "../lib/configuration/mod.ts";

/** An address; the default comes from the part's host and port. */
function address(env: string, name: string, help: string): Setting<string | undefined> {
  return { ...url({ env, flag: name, help }, "http://127.0.0.1"), fallback: undefined };
}

/** Settings of every command of `oncall`. */
export const settings = {
  agentUrl: address("AGENT_URL", "agent-url", "the agent (default http://127.0.0.1:8088)"),
  managerUrl: address("PM_URL", "manager-url", "the manager (default http://127.0.0.1:7070)"),
  balancerUrl: address("LB_URL", "lb-url", "the load balancer (default http://127.0.0.1:9000)"),
  prometheusUrl: url({ env: "PROM_URL", flag: "prometheus-url", help: "Prometheus" }, "http://127.0.0.1:9090"),
  alertmanagerUrl: url(
    { env: "ALERTMANAGER_URL", flag: "alertmanager-url", help: "Alertmanager" },
    "http://127.0.0.1:9093",
  ),
  json: flag({ flag: "json", help: "print JSON on stdout, for machines" }),
  agentHost: text({ env: "AGENT_HOST", help: "the agent's host, where AGENT_URL is not set" }, "127.0.0.1"),
  agentPort: integer({ env: "AGENT_PORT", help: "the agent's port, where AGENT_URL is not set" }, 8088, 1, 65_535),
  managerHost: text({ env: "PM_HOST", help: "the manager's host, where PM_URL is not set" }, "127.0.0.1"),
  managerPort: integer({ env: "PM_PORT", help: "the manager's port, where PM_URL is not set" }, 7070, 1, 65_535),
  balancerHost: text({ env: "LB_HOST", help: "the balancer's host, where LB_URL is not set" }, "127.0.0.1"),
  balancerPort: integer({ env: "LB_PORT", help: "the balancer's port, where LB_URL is not set" }, 9000, 1, 65_535),
  errorPath: text(
    { env: "ERROR_ENDPOINT_PATH", help: "traffic: path of the error phase's requests" },
    "/random-endpoint/error",
  ),
  runDir: text({ env: "RUN_DIR", help: "folder for run-time state; lab reads its report there" }, "run"),
  storeUrl: optional({
    env: "ONCALL_STORE",
    help: "where incidents are kept, for backup and restore (default sqlite:<run directory>/oncall.db)",
  }),
  ...backupSettings,
  consoleToken: secret({ env: "CONSOLE_TOKEN", help: "token for writing to an agent that requires one" }),
  token: accessSettings.token,
  terminal: optional({ env: "TERM", help: "terminal type; dumb means no color" }),
  noColor: optional({ env: "NO_COLOR", help: "any value disables colors" }),
};

/** Addresses of the system's parts. */
export interface Addresses {
  readonly agent: string;
  readonly manager: string;
  readonly balancer: string;
  readonly prometheus: string;
  readonly alertmanager: string;
}

/** The addresses, with defaults filled in. */
export function addressesOf(values: Values<typeof settings>): Addresses {
  return {
    agent: values.agentUrl ?? localUrl(values.agentHost, values.agentPort),
    manager: values.managerUrl ?? localUrl(values.managerHost, values.managerPort),
    balancer: values.balancerUrl ?? localUrl(values.balancerHost, values.balancerPort),
    prometheus: values.prometheusUrl,
    alertmanager: values.alertmanagerUrl,
  };
}
