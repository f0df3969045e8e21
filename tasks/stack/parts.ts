import { delimiter, join } from "node:path";
import { BIN, executablePath, type RoleName } from "../build/mod.ts";
import type { MonitoringTools } from "../monitoring/mod.ts";
import type { MonitoringConfig } from "./monitoring_config.ts";
import type { StackSettings } from "./settings.ts";
import { type Tokens, tokensOf } from "./tokens.ts";

/** The names of the system's parts, in the order in which they are started. */
export const partNames = ["manager", "lb", "prometheus", "alertmanager", "agent"] as const;

/** A name of {@linkcode partNames}. */
export type PartName = typeof partNames[number];

/** One process of the system. */
export interface Part {
  readonly name: PartName;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Where people and other programs find it. */
  readonly url: string;
  /** Where it says that it is ready. */
  readonly health: string;
  readonly port: number;
  /** The variable that chooses another port. */
  readonly portVariable: string;
  /** Files that it reads when it starts, if they are there, beside `.env`; absolute. */
  readonly configFiles: readonly string[];
  /** The file that takes its output; absolute. */
  readonly log: string;
}

/** Every part of the system, in the order in which they are started. */
export function parts(settings: StackSettings, tools: MonitoringTools, config: MonitoringConfig): Part[] {
  const { urls } = settings;
  const tokens = tokensOf(settings);
  const data = (name: string) => join(settings.workingDirectory, settings.runDir, name);
  return [
    role("manager", { url: urls.PM_URL, portVariable: "PM_PORT" }, { settings, tokens }),
    role("lb", { url: urls.LB_URL, portVariable: "LB_PORT" }, { settings, tokens }),
    {
      ...server("prometheus", tools.prometheus, urls.PROM_URL, "PROM_URL", settings),
      configFiles: [config.prometheus, ...config.rules],
      args: [
        `--config.file=${config.prometheus}`,
        `--storage.tsdb.path=${data("prometheus")}`,
        "--storage.tsdb.retention.time=2d",
        `--web.listen-address=${new URL(urls.PROM_URL).host}`,
      ],
    },
    {
      ...server("alertmanager", tools.alertmanager, urls.ALERTMANAGER_URL, "ALERTMANAGER_URL", settings),
      configFiles: [config.alertmanager],
      args: [
        `--config.file=${config.alertmanager}`,
        `--storage.path=${data("alertmanager")}`,
        `--web.listen-address=${new URL(urls.ALERTMANAGER_URL).host}`,
        // Alone: without this it waits 10 s for others to gossip with before its first notification.
        "--cluster.listen-address=",
      ],
    },
    {
      ...role("agent", { url: urls.AGENT_URL, portVariable: "AGENT_PORT" }, { settings, tokens }),
      // It reads the runbooks anew for each incident.
      configFiles: [join(settings.workingDirectory, settings.agentConfig ?? "config/oncall.yaml")],
    },
  ];
}

/** The variables under which an executable is started: its own folders, the others' addresses and tokens, `bin/` on PATH. */
export function partEnvironment(name: RoleName, { settings, tokens }: Started): Record<string, string> {
  return {
    ...settings.urls,
    PATH: [BIN, Deno.env.get("PATH") ?? ""].join(delimiter),
    RUN_DIR: settings.runDir,
    LOG_DIR: settings.logDir,
    ONCALL_TOKEN: tokens.system,
    ...(name === "agent" ? { ALERT_TOKEN: tokens.alerts } : {}),
    // What runs here is there to be tried.
    ONCALL_LAB: settings.lab === false ? "0" : "1",
    // What runs here was built from here, so this is the code that the agent quotes unless it is told otherwise.
    ...(settings.codeRoot ?? settings.githubRepo ? {} : { CODE_ROOT: "." }),
  };
}

/** What every executable is started with. */
interface Started {
  readonly settings: StackSettings;
  readonly tokens: Tokens;
}

interface Address {
  readonly url: string;
  readonly portVariable: string;
}

function role(name: PartName & RoleName, { url, portVariable }: Address, started: Started): Part {
  return {
    ...server(name, executablePath(name), url, portVariable, started.settings),
    health: `${url}/healthz`,
    args: [],
    env: partEnvironment(name, started),
  };
}

function server(name: PartName, program: string, url: string, portVariable: string, settings: StackSettings): Part {
  return {
    name,
    program,
    args: [],
    env: {},
    url,
    health: `${url}/-/ready`,
    configFiles: [],
    port: Number(new URL(url).port || 80),
    portVariable,
    log: join(settings.workingDirectory, settings.logDir, `${name}.log`),
  };
}
