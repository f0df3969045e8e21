import { join } from "node:path";
import { SmartRouter } from "hono/router/smart-router";
import { type Metric, Registry } from "prom-client";
import { startAgent, startBalancer, startInventory, startManager } from "../../mod.ts";
import { agentSettings } from "../../services/agent/mod.ts";
import { readSettings } from "../../services/lib/configuration/mod.ts";
import type { Running } from "../../services/lib/lifecycle/mod.ts";

/** A route as a role has it. */
export interface Route {
  readonly method: string;
  readonly path: string;
}

/** A metric as a role shows it. */
export interface MetricRow {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** What a running role was seen to have. */
export interface Observed {
  readonly executable: string;
  readonly routes: readonly Route[];
  readonly metrics: readonly MetricRow[];
}

const NOWHERE = "http://127.0.0.1:1";
const refuse = () => Promise.reject(new TypeError("nothing is reached here"));

/** Every integration set, so that what only they bring is there too; nothing is called. */
const AGENT: Readonly<Record<string, string>> = {
  AGENT_PORT: "0",
  PROM_URL: NOWHERE,
  LB_URL: NOWHERE,
  PM_URL: NOWHERE,
  ALERTMANAGER_URL: NOWHERE,
  OPENAI_API_KEY: "none",
  OPENAI_BASE_URL: NOWHERE,
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "none",
  TWILIO_WHATSAPP_NUMBER: "+14155238886",
  USER_WHATSAPP_NUMBER: "+14155238887",
  TWILIO_BASE_URL: NOWHERE,
  PUBLIC_URL: NOWHERE,
  JIRA_URL: NOWHERE,
  JIRA_EMAIL: "none@example.com",
  JIRA_API_TOKEN: "none",
  JIRA_PROJECT_KEY: "OPS",
  CONSOLE_LAB: "true",
};

/** Starts each role that serves, one after the other in this process, and looks at what it registers. */
export async function observeRoles(): Promise<Observed[]> {
  const folder = await Deno.makeTempDir();
  const [runDir, logDir] = [join(folder, "run"), join(folder, "logs")];
  const manager = {
    host: "127.0.0.1",
    port: 0,
    basePort: 8001,
    maxPort: 8010,
    runDir,
    logDir,
  };
  const balancer = {
    hostname: "127.0.0.1",
    port: 0,
    managerUrl: NOWHERE,
    refreshSec: 5,
    backends: [],
    connectTimeoutSec: 1,
    readTimeoutSec: 1,
    logDir,
  };
  const inventory = { hostname: "127.0.0.1", port: 0, service: "inv1", db: join(folder, "items.db"), logDir };
  const env = (name: string) => ({ ...AGENT, RUN_DIR: runDir })[name];
  const agent = readSettings({ name: "agent", summary: "" }, agentSettings, { args: [], env, dotEnv: {} });
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  try {
    return [
      await observe("oncall-manager", () =>
        startManager(manager, {
          launch: () => {
            throw new Error("not here");
          },
        })),
      await observe("oncall-inventory", () => startInventory(inventory, { log() {} })),
      await observe("oncall-lb", () => startBalancer(balancer, { log: silent, fetch: refuse })),
      await observe("oncall-agent", () => startAgent(agent, { fetch: refuse })),
    ];
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What `start` registers with Hono's router and with prom-client's registries. */
async function observe(executable: string, start: () => Promise<Running>): Promise<Observed> {
  const routes = new Map<string, Route>();
  const metrics = new Map<string, Metric>();
  const { add } = SmartRouter.prototype;
  const { registerMetric } = Registry.prototype;
  SmartRouter.prototype.add = function (method, path, handler) {
    // Middleware and catch-alls are no routes.
    if (method !== "ALL" && !path.includes("*")) routes.set(`${method} ${path}`, { method, path: template(path) });
    return add.call(this, method, path, handler);
  };
  Registry.prototype.registerMetric = function <T extends string>(metric: Metric<T>) {
    metrics.set((metric as unknown as { name: string }).name, metric as Metric);
    return registerMetric.call(this, metric);
  };
  try {
    const running = await start();
    try {
      // Some show their labels only once a request was counted.
      await (await fetch(`http://127.0.0.1:${running.addr.port}/items/1`)).body?.cancel();
      const rows = await Promise.all([...metrics.values()].map(rowOf));
      return { executable, routes: [...routes.values()], metrics: rows.sort((a, b) => a.name < b.name ? -1 : 1) };
    } finally {
      await running.stop();
    }
  } finally {
    SmartRouter.prototype.add = add;
    Registry.prototype.registerMetric = registerMetric;
  }
}

async function rowOf(metric: Metric): Promise<MetricRow> {
  const { name, type, help, values } = await metric.get() as unknown as {
    readonly name: string;
    readonly type: string;
    readonly help: string;
    readonly values: readonly { readonly labels: Readonly<Record<string, unknown>> }[];
  };
  const declared = (metric as unknown as { labelNames?: readonly string[] }).labelNames ?? [];
  const seen = values.flatMap(({ labels }) => Object.keys(labels)).filter((label) => label !== "le");
  return { name, type, help, labels: [...new Set([...declared, ...seen])] };
}

/** `/items/:id` as `/items/{id}`. */
function template(path: string): string {
  return path.replaceAll(/:(\w+)(\{[^}]*\})?/g, "{$1}");
}
