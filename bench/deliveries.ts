/**
 * Deliveries of Alertmanager that the agent's intake keeps, each durable before its answer, beside the same server that
 * keeps nothing; and the agent's start with many incidents in its store: `deno run -A bench/deliveries.ts [rounds]`.
 * Needs `wrk` on PATH; with `taskset` on PATH, server and client have a core each.
 */
import { build, executablePath } from "../tasks/build/mod.ts";
import { newId, openStore } from "../services/agent/incidents/mod.ts";
import { freePort, tempFolder, until } from "../tests/testing/mod.ts";
import { type BenchRow, benchRow } from "./row.ts";

const SECONDS = 4;
const CONNECTIONS = 64;
const INCIDENTS = 100_000;

/** All rows of the agent's intake and store. */
export async function benchDeliveries(rounds = 5): Promise<BenchRow[]> {
  return [...await deliveries(rounds), await restart(rounds)];
}

async function deliveries(rounds: number): Promise<BenchRow[]> {
  await using folder = await tempFolder();
  const pinned = await isThere("taskset");
  const rows: BenchRow[] = [];
  for (const kind of ["new", "repeated"] as const) {
    const script = `${folder.path}/${kind}.lua`;
    await Deno.writeTextFile(script, LUA.replaceAll("KEY", kind === "new" ? "prefix .. n" : "prefix .. n % 100"));
    const answers = [];
    // The first round warms both sides up.
    for (let round = 0; round <= rounds; round++) {
      const answer = {
        ours: await rate({ store: `sqlite:${folder.path}/${kind}${round}/oncall.db`, script, pinned }),
        theirs: await rate({ store: "none", script, pinned }),
      };
      if (round > 0) answers.push(answer);
    }
    const names = { name: `agent/deliveries/${kind}`, peer: "the same server, keeping nothing", unit: "deliveries/s" };
    rows.push(benchRow(names, answers));
  }
  return rows;
}

/** A delivery of one alert, in a group of its own or in one of a hundred. */
const LUA = `
local n = 0
local prefix = ""
function init(args) prefix = args[1] .. "-" end
function request()
  n = n + 1
  local body = '{"receiver":"agent","status":"firing","alerts":[{"status":"firing","labels":{"alertname":' ..
    '"HighErrorRate","service":"cart","severity":"critical","instance":"127.0.0.1:8001"},"annotations":{"summary":' ..
    '"more than a fifth of requests fail"},"startsAt":"2026-01-01T06:56:06.702920446Z","endsAt":' ..
    '"0001-01-01T00:00:00Z","generatorURL":"http://prometheus:9090/graph","fingerprint":"' .. KEY .. '"}],' ..
    '"groupLabels":{"alertname":"HighErrorRate"},"commonLabels":{"alertname":"HighErrorRate","severity":"critical"},' ..
    '"commonAnnotations":{},"externalURL":"http://alertmanager:9093","version":"4","truncatedAlerts":0,' ..
    '"groupKey":"{}:{group=' .. KEY .. '}"}'
  return wrk.format("POST", "/alerts", {["content-type"] = "application/json"}, body)
end
function done(summary)
  io.write("refused: " .. summary.errors.status .. "\\n")
end
`;

async function rate(options: { store: string; script: string; pinned: boolean }): Promise<number> {
  const port = freePort();
  const server = new URL("delivery_server.ts", import.meta.url).pathname;
  const run = onCore(options.pinned, 0, [Deno.execPath(), "run", "-A", server, `${port}`, options.store]);
  const child = run.spawn();
  try {
    await answers(`http://127.0.0.1:${port}/healthz`);
    const wrk = ["wrk", "-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, "-s", options.script, `http://127.0.0.1:${port}`];
    const { stdout } = await onCore(options.pinned, 1, [...wrk, "--", crypto.randomUUID()]).output();
    const text = new TextDecoder().decode(stdout);
    if (!text.includes("refused: 0\n")) throw new Error(`deliveries were refused:\n${text}`);
    return Number(/Requests\/sec:\s+(\S+)/.exec(text)![1]);
  } finally {
    child.kill("SIGTERM");
    await child.status;
  }
}

/** From the agent's start to its first answer, with an old store and with an empty one. */
async function restart(rounds: number): Promise<BenchRow> {
  await build(["agent"]);
  await using full = await tempFolder();
  await using empty = await tempFolder();
  await fill(`sqlite:${full.path}/run/oncall.db`);
  const measured = [];
  for (let round = 0; round <= rounds; round++) {
    const answer = { ours: await startMs(full.path), theirs: await startMs(empty.path) };
    if (round > 0) measured.push(answer);
  }
  const names = { name: `agent/start/${INCIDENTS} incidents`, peer: "an empty store", unit: "ms" };
  return benchRow(names, measured);
}

async function startMs(cwd: string): Promise<number> {
  const port = freePort();
  const startedAt = performance.now();
  const child = new Deno.Command(executablePath("agent"), {
    cwd,
    env: { AGENT_PORT: `${port}` },
    stdout: "null",
    stderr: "null",
  }).spawn();
  await answers(`http://127.0.0.1:${port}/healthz`);
  const ms = performance.now() - startedAt;
  child.kill("SIGKILL");
  await child.status;
  return ms;
}

async function fill(url: string): Promise<void> {
  const store = await openStore(url);
  const at = new Date().toISOString();
  const labels = { alertname: "HighErrorRate", service: "cart", severity: "critical", instance: "127.0.0.1:8001" };
  for (let n = 0; n < INCIDENTS; n += 500) {
    await Promise.all(Array.from({ length: 500 }, (_, i) =>
      store.transact(async (tx) => {
        const id = newId();
        await tx.addDelivery({ id: newId(), received_at: at, body: JSON.stringify(labels).repeat(8) });
        await tx.saveIncident({
          id,
          code: await tx.freeCode(),
          state: "resolved",
          service: "cart",
          severity: "critical",
          title: "HighErrorRate: more than a fifth of requests fail",
          group_key: `group ${n + i}`,
          opened_at: at,
          resolved_at: at,
          truncated_alerts: 0,
          episode: 1,
          acknowledged_at: null,
          acknowledged_by: null,
        });
        await tx.saveAlert(id, {
          fingerprint: "81d9aa8e049474cb",
          status: "resolved",
          starts_at: at,
          ends_at: at,
          labels,
          annotations: { summary: "more than a fifth of requests fail" },
          generator_url: "",
          episode: 1,
        });
        for (const kind of ["alert_firing", "investigation_started", "diagnosis", "notified", "resolved"]) {
          await tx.addTimeline(id, { at, kind, text: "what happened then, in a few words", by: "agent" });
        }
      })));
  }
  await store.list({ limit: 1, q: "cart" });
  await store.close();
}

async function answers(url: string): Promise<void> {
  await until(`${url} answers`, async () => {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  }, { everyMs: 5 });
}

function onCore(pinned: boolean, core: number, command: readonly string[]): Deno.Command {
  const [program, ...args] = pinned ? ["taskset", "-c", `${core}`, ...command] : command;
  return new Deno.Command(program!, { args, stdout: "piped", stderr: "inherit" });
}

async function isThere(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  for (const row of await benchDeliveries(Number(Deno.args[0] ?? 5))) console.log(JSON.stringify(row));
}
