import { join } from "node:path";
import { readSettings } from "../../services/lib/configuration/mod.ts";
import { silentLogger } from "../../services/lib/telemetry/mod.ts";
import { agentProgram, agentSettings, type IncidentView, start } from "../../services/agent/mod.ts";
import { sentDelivery } from "../../services/agent/intake/testing/deliveries.ts";

// Nothing listens there: what an investigation cannot read is not what these tests are about.
const NOWHERE = "http://127.0.0.1:1";

/** An agent with one channel configured. */
export interface OnChannel {
  readonly url: string;
  /** What it logged. */
  readonly lines: readonly string[];
  /** Lets an alert fire; returns the incident's code. */
  fire(): Promise<string>;
  /** Lets it end. */
  end(): Promise<void>;
  incident(code: string): Promise<IncidentView>;
  /** Its metrics as text. */
  metrics(): Promise<string>;
  /** Ends the agent and starts another one on the same store. */
  restart(): Promise<void>;
}

/** Runs `body` with an agent that has these variables set. */
export async function onChannel(env: Record<string, string>, body: (world: OnChannel) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const all: Record<string, string> = {
    AGENT_PORT: "0",
    RUN_DIR: join(folder, "run"),
    PROM_URL: NOWHERE,
    LB_URL: NOWHERE,
    ALERTMANAGER_URL: NOWHERE,
    PM_URL: NOWHERE,
    ...env,
  };
  const lines: string[] = [];
  const keep = (text: string, fields?: unknown) => void lines.push(`${text} ${JSON.stringify(fields ?? {})}`);
  const log = { ...silentLogger, info: keep, warn: keep, error: keep };
  const begin = () =>
    start(readSettings(agentProgram, agentSettings, { args: [], env: (n) => all[n], dotEnv: {} }), { log });
  let agent = await begin();
  const deliver = async (status: "firing" | "resolved"): Promise<{ incident: string }> => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(sentDelivery([{ status }]));
    return await (await fetch(`${world.url}/alerts`, { method: "POST", headers, body })).json();
  };
  const world = {
    get url() {
      return `http://127.0.0.1:${agent.addr.port}`;
    },
    lines,
    fire: async () => (await deliver("firing")).incident,
    end: async () => void await deliver("resolved"),
    incident: async (code: string) => await (await fetch(`${world.url}/api/incidents/${code}`)).json() as IncidentView,
    metrics: async () => await (await fetch(`${world.url}/metrics`)).text(),
    async restart() {
      await agent.stop();
      agent = await begin();
    },
  };
  try {
    await body(world);
  } finally {
    await agent.stop();
    await Deno.remove(folder, { recursive: true });
  }
}
