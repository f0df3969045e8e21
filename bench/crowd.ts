/**
 * 5,000 connections at once that are idle, slow or greedy, on each port in turn, while deliveries and pages go on: is any
 * lost, and what does the server hold? `deno run -A bench/crowd.ts [connections]`.
 */
import { deliver, freePortRange, ofGroup, type StartedRole, startRole } from "../tests/testing/mod.ts";
import { fileDescriptors, residentMb } from "./processes.ts";
import { type BenchRow, benchRow } from "./row.ts";

const PROCESSES = 5;
const SECONDS = 30;
/** Alertmanager waits so long for an answer, and then sends again. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 100;

/** What a client of a server saw meanwhile, and what the server held. */
interface Seen {
  readonly asked: number;
  readonly answered: number;
  /** Attempts that were repeated, because the connection was closed for another or nothing came. */
  readonly repeated: number;
  readonly latencies: readonly number[];
  readonly open: number;
  readonly mb: number;
  readonly files: number;
}

/** Two rows a server: what was answered beside what was asked, and its memory beside that before. */
export async function benchCrowd(connections = 5_000): Promise<BenchRow[]> {
  const base = freePortRange(2);
  const ports = { PM_BASE_PORT: `${base}`, PM_MAX_PORT: `${base}` };
  await using manager = await startRole("manager", { env: ports });
  await using agent = await startRole("agent");
  const started = await (await fetch(`${manager.url}/start`, { method: "POST", body: "{}" })).json();
  await using balancer = await startRole("lb", { env: { PM_URL: manager.url } });
  const { instances } = await (await fetch(`${manager.url}/instances`)).json();
  const instance = { url: started.url as string, port: base, pid: instances[0].pid as number };
  const rows: BenchRow[] = [];
  let group = 0;
  const page = (url: string) => async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.text();
    return response.ok;
  };
  const delivery = async () => (await deliver(agent.url, ofGroup(`g${group}`))).status === 200 && ++group > 0;
  const takes: [string, Pick<StartedRole, "port" | "pid">, (() => Promise<boolean>)[]][] = [
    ["agent", agent, [delivery, page(`${agent.url}/incidents`)]],
    ["manager", manager, [page(`${manager.url}/instances`)]],
    ["inventory", instance, [page(`${instance.url}/random-endpoint/ok`)]],
    ["lb", balancer, [page(`${balancer.url}/random-endpoint/ok`)]],
  ];
  for (const [name, { port, pid }, asks] of takes) {
    const before = residentMb(pid);
    const seen = await underCrowd({ port, pid, connections }, asks);
    const at = (share: number) => seen.latencies.toSorted((a, b) => a - b)[Math.floor(seen.latencies.length * share)]!;
    console.log(
      `${name}: ${seen.open} connections held by clients, ${seen.answered} of ${seen.asked} answered, ` +
        `${seen.repeated} attempts repeated, p50 ${at(0.5).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms, ` +
        `most ${at(0.9999).toFixed(0)} ms, memory ${before.toFixed(0)} to ${
          seen.mb.toFixed(0)
        } MB, ${seen.files} files`,
    );
    rows.push(
      benchRow({ name: `crowd/answered/${name}`, peer: "asked", unit: "requests" }, [
        { ours: seen.answered, theirs: seen.asked },
      ]),
      benchRow({ name: `crowd/memory/${name}`, peer: "before", unit: "MB" }, [{ ours: seen.mb, theirs: before }]),
    );
  }
  const { incidents } = await (await fetch(`${agent.url}/api/incidents?limit=500`)).json();
  console.log(`${incidents.length} incidents of ${group} deliveries that were answered with 200`);
  return rows;
}

async function underCrowd(
  { port, pid, connections }: { readonly port: number; readonly pid: number; readonly connections: number },
  asks: readonly (() => Promise<boolean>)[],
): Promise<Seen> {
  const crowd = Array.from({ length: PROCESSES }, () => client(port, Math.ceil(connections / PROCESSES)));
  const seen = { asked: 0, answered: 0, repeated: 0, latencies: [] as number[], open: 0, mb: 0, files: 0 };
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const until = performance.now() + SECONDS * 1_000;
  const ask = async (once: () => Promise<boolean>) => {
    while (performance.now() < until) {
      const began = performance.now();
      seen.asked++;
      // As Alertmanager does: again after a pause, until it is taken.
      while (!await once().catch(() => false) && performance.now() - began < 6 * PATIENCE_MS) {
        seen.repeated++;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
      const took = performance.now() - began;
      if (took < 6 * PATIENCE_MS) seen.answered++;
      seen.latencies.push(took);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  const watch = setInterval(() => {
    seen.mb = Math.max(seen.mb, residentMb(pid));
    seen.files = Math.max(seen.files, fileDescriptors(pid));
    seen.open = Math.max(seen.open, crowd.reduce((sum, { open }) => sum + open(), 0));
  }, 250);
  await Promise.all(asks.map(ask));
  clearInterval(watch);
  await Promise.all(crowd.map(({ stop }) => stop()));
  return seen;
}

function client(port: number, count: number): { open(): number; stop(): Promise<void> } {
  const file = new URL("crowd_client.ts", import.meta.url).pathname;
  const run = [Deno.execPath(), "run", "-A", "--no-check", file, `${port}`, `${count}`];
  const child = new Deno.Command("sh", {
    args: ["-c", 'ulimit -n 8192; exec "$0" "$@"', ...run],
    stdout: "piped",
  }).spawn();
  let open = 0;
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      open = Number(text.trim().split("\n").at(-1)) || open;
    }
  })();
  return {
    open: () => open,
    stop: async () => {
      child.kill("SIGKILL");
      await child.status;
      await reading.catch(() => {});
    },
  };
}

if (import.meta.main) {
  console.table(await benchCrowd(Number(Deno.args[0] ?? 5_000)));
}
