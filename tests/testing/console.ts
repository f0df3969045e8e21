import { readSettings } from "../../services/lib/configuration/mod.ts";
import { openStore, type Store } from "../../services/agent/incidents/mod.ts";
import { shippedCatalogue } from "../../services/agent/investigation/catalogue/mod.ts";
import type { Recorded } from "../../services/agent/investigation/testing/recorded.ts";
import { World } from "../../services/agent/investigation/testing/world.ts";
import { agentProgram as program, agentSettings as settings, start } from "../../services/agent/mod.ts";
import { FAKE_JIRA, type FakeJira, startFakeJira } from "./fake_jira.ts";
import { deliver, ofGroup } from "./agent.ts";
import { tempFolder } from "./folders.ts";

const SITUATION = new URL(
  "../../services/agent/investigation/situations/null_dereference_on_one_route_fresh_system_both_instances.json",
  import.meta.url,
);

/** An agent in this process, with a system around it that can be well or failing, and a Jira. */
export interface Watch extends AsyncDisposable {
  readonly url: string;
  readonly jira: FakeJira;
  /** Whether the recorded fault is there. */
  failing: boolean;
  /** Put in place of the failing property's name in the system's log. */
  logged: string | undefined;
  /** Ends the agent; another takes its place, at the same address and with the same store. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Works on the store while the agent is stopped. */
  store(body: (store: Store) => Promise<void>): Promise<void>;
  /** Tells of the alert as Alertmanager does. */
  alert(status: "firing" | "resolved"): Promise<void>;
}

/** Starts all of that on free ports. */
export async function startWatch(env: Record<string, string> = {}): Promise<Watch> {
  const recorded: Recorded = JSON.parse(await Deno.readTextFile(SITUATION));
  const well: Recorded = { ...recorded, routes: recorded.routes!.slice(0, 1), logs: [], alerts: [] };
  const [service] = shippedCatalogue().services;
  const folder = await tempFolder();
  const jira = startFakeJira();
  const began = new Date();

  const system = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const own = around(request, watch.failing);
    if (own !== undefined) return Response.json(own);
    const answer = new World(watch.failing ? recorded : well, { service: service!, now: new Date() }).answer(request);
    if (watch.logged === undefined || !request.url.includes("/logs/tail")) return answer;
    const text = await (await answer).text();
    return new Response(text.replaceAll("(reading 'percent')", JSON.stringify(watch.logged).slice(1, -1)), {
      headers: { "content-type": "application/json" },
    });
  });
  const at = `http://127.0.0.1:${system.addr.port}`;
  const variables: Record<string, string> = {
    ...{ PROM_URL: at, LB_URL: at, PM_URL: at, ALERTMANAGER_URL: at },
    RUN_DIR: `${folder.path}/run`,
    CODE_ROOT: new URL("../..", import.meta.url).pathname,
    AGENT_PORT: "0",
    JIRA_URL: jira.url,
    JIRA_EMAIL: FAKE_JIRA.email,
    JIRA_API_TOKEN: FAKE_JIRA.apiToken,
    JIRA_PROJECT_KEY: FAKE_JIRA.project,
    ...env,
  };
  const begin = () => start(readSettings(program, settings, { args: [], env: (name) => variables[name], dotEnv: {} }));
  let agent = await begin();
  variables.AGENT_PORT = String(agent.addr.port);
  const watch: Watch = {
    url: `http://127.0.0.1:${agent.addr.port}`,
    jira,
    failing: false,
    logged: undefined,
    stop: () => agent.stop(),
    async start() {
      agent = await begin();
    },
    async store(body) {
      const store = await openStore(`sqlite:${folder.path}/run/oncall.db`);
      try {
        await body(store);
      } finally {
        await store.close();
      }
    },
    async alert(status) {
      const times = {
        startsAt: began.toISOString(),
        ...(status === "resolved" ? { endsAt: new Date().toISOString() } : {}),
      };
      const { status: answered } = await deliver(watch.url, ofGroup("watched", [{ status, ...times }]));
      if (answered !== 200) throw new Error(`POST /alerts answered ${answered}`);
    },
    async [Symbol.asyncDispose]() {
      await agent.stop();
      await jira.stop();
      await system.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
  return watch;
}

/** What parts say that no investigation asks for. */
function around(request: Request, failing: boolean): unknown {
  const { pathname, searchParams } = new URL(request.url);
  const urls = [8001, 8002].map((port) => `http://127.0.0.1:${port}`);
  if (pathname === "/healthz") return { ok: true, name: "oncall-lb", backends: urls, out: [] };
  if (pathname === "/instances") {
    return {
      instances: urls.map((url, i) => ({
        port: 8001 + i,
        service: `inv${i + 1}`,
        status: "running",
        url,
        healthy: true,
      })),
    };
  }
  if (pathname === "/api/v1/alerts") {
    const labels = { alertname: "InventoryHighErrorRate", service: "inventory" };
    return { status: "success", data: { alerts: failing ? [{ labels, state: "firing" }] : [] } };
  }
  if (pathname === "/api/v1/query" && searchParams.get("query")?.includes("oncall_lb_requests_total")) {
    const result = [["200", "16"], ...(failing ? [["500", "8"]] : [])]
      .map(([code, rate]) => ({ metric: { code }, value: [Date.now() / 1_000, rate] }));
    return { status: "success", data: { resultType: "vector", result } };
  }
  return undefined;
}
