import { join } from "node:path";
import { accessSettings, labSetting } from "../../services/lib/access/mod.ts";
import {
  integer,
  loadDotEnv,
  localUrl,
  optional,
  readSettings,
  secret,
  text,
  url,
  type Values,
} from "../../services/lib/configuration/mod.ts";

const settings = {
  managerHost: text({ env: "PM_HOST", help: "the manager's address" }, "127.0.0.1"),
  managerPort: integer({ env: "PM_PORT", help: "the manager's port" }, 7070, 1, 65_535),
  basePort: integer({ env: "PM_BASE_PORT", help: "the first instance's port" }, 8001, 1, 65_535),
  maxPort: integer({ env: "PM_MAX_PORT", help: "the last instance's port" }, 8010, 1, 65_535),
  discoveryFile: optional({ env: "PM_SD_FILE", help: "Prometheus' discovery file" }),
  balancerHost: text({ env: "LB_HOST", help: "the balancer's address" }, "127.0.0.1"),
  balancerPort: integer({ env: "LB_PORT", help: "the balancer's port" }, 9000, 1, 65_535),
  agentHost: text({ env: "AGENT_HOST", help: "the agent's address" }, "127.0.0.1"),
  agentPort: integer({ env: "AGENT_PORT", help: "the agent's port" }, 8088, 1, 65_535),
  prometheus: url({ env: "PROM_URL", help: "where Prometheus is to be" }, "http://127.0.0.1:9090"),
  alertmanager: url({ env: "ALERTMANAGER_URL", help: "where Alertmanager is to be" }, "http://127.0.0.1:9093"),
  ...accessSettings,
  alertToken: secret({ env: "ALERT_TOKEN", help: "what Alertmanager shows the agent" }),
  lab: labSetting,
  agentConfig: optional({ env: "ONCALL_CONFIG", help: "the services that the agent looks after" }),
  codeRoot: optional({ env: "CODE_ROOT", help: "the code that the agent quotes" }),
  githubRepo: optional({ env: "GITHUB_REPO", help: "the repository that the agent quotes instead" }),
  runDir: text({ env: "RUN_DIR", help: "folder for run-time state" }, "run"),
  logDir: text({ env: "LOG_DIR", help: "folder for logs" }, "logs"),
};

/** Where the system's parts are to listen and to keep their files, from the environment and `.env`. */
export interface StackSettings extends Values<typeof settings> {
  /** The folder that everything is started in; absolute. */
  readonly workingDirectory: string;
  /** The same addresses as the variables under which the executables look for each other. */
  readonly urls: Readonly<Record<"PM_URL" | "LB_URL" | "AGENT_URL" | "PROM_URL" | "ALERTMANAGER_URL", string>>;
}

/**
 * Reads where the system is to run.
 *
 * @throws {ConfigurationError} naming each variable, or each line of `.env`, that is wrong.
 */
export function stackSettings(workingDirectory: string = Deno.cwd()): StackSettings {
  const dotEnv = loadDotEnv(join(workingDirectory, ".env"));
  const values = readSettings({ name: "tasks", summary: "" }, settings, { args: [], dotEnv });
  return {
    ...values,
    workingDirectory: Deno.realPathSync(workingDirectory),
    urls: {
      PM_URL: localUrl(values.managerHost, values.managerPort),
      LB_URL: localUrl(values.balancerHost, values.balancerPort),
      AGENT_URL: localUrl(values.agentHost, values.agentPort),
      PROM_URL: values.prometheus,
      ALERTMANAGER_URL: values.alertmanager,
    },
  };
}
