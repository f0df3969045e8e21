/**
 * The inventory beside Deno's bare HTTP server, its error log under load and its tail of a large log, with `wrk` as the
 * client: `deno run -A bench/inventory.ts [rounds]`.
 */
import { build, executablePath } from "../tasks/build/mod.ts";
import { tailLog } from "../services/inventory/mod.ts";
import { freePort, tempFolder, until } from "../tests/testing/mod.ts";
import { stealMeter } from "./processes.ts";
import { type BenchRow, benchRow, type Round } from "./row.ts";
import { wrk as runWrk } from "./wrk.ts";

const ITEM = { name: "Widget 42", price: 12.5, manufacturer: "Acme" };
const SECONDS = 2;

/** Something else that goes on until the signal. */
type Disturb = (signal: AbortSignal) => Promise<unknown>;

/** All rows of the inventory. Needs `wrk` on PATH. */
export async function benchInventory(rounds = 4): Promise<BenchRow[]> {
  await build(["inventory"]);
  await using folder = await tempFolder();
  const ours = freePort();
  await using _inventory = await startServer(
    new Deno.Command(executablePath("inventory"), { cwd: folder.path, env: { PORT: String(ours) } }),
    `http://127.0.0.1:${ours}/healthz`,
  );
  const base = `http://127.0.0.1:${ours}`;
  await put(ours);
  const rows: BenchRow[] = [];
  const body = JSON.stringify({ id: "42", ...ITEM });
  const peers = {
    "Deno.serve, the same body": `() => new Response(${
      JSON.stringify(body)
    }, { headers: { "content-type": "application/json" } })`,
    "Deno.serve, a constant text": `() => new Response("Hello World")`,
  };
  for (const [peer, handler] of Object.entries(peers)) {
    const theirs = freePort();
    await using _peer = await startServer(bareServer(theirs, handler), `http://127.0.0.1:${theirs}/`);
    for (const connections of [1, 32]) {
      const answers: Round[] = [];
      // The first round warms both sides up.
      for (let round = 0; round <= rounds; round++) {
        const steal = stealMeter();
        const answer = { ours: (await wrk(ours, connections)).rate, theirs: (await wrk(theirs, connections)).rate };
        if (round > 0) answers.push({ ...answer, steal: steal() });
      }
      rows.push(benchRow({ name: `inventory/get-item/${connections}`, peer, unit: "req/s" }, answers));
    }
  }
  rows.push(
    await beside(ours, {
      ...{ name: "inventory/p99-at-1000-errors", peer: "as many other reads that succeed", rounds },
      instead: (signal) => repeat({ path: `${base}/items/42`, perSecond: 1_000, signal }),
      disturb: (signal) => repeat({ path: `${base}/random-endpoint/error`, perSecond: 1_000, signal }),
    }),
    await logSize(folder.path),
    await beside(ours, {
      ...{ name: "inventory/p99-while-watched", peer: "the same without scrapes and log tails", rounds },
      disturb: (signal) =>
        Promise.all([
          repeat({ path: `${base}/metrics`, perSecond: 5, signal }),
          repeat({ path: `${base}/logs/tail?seconds=300&limit=500`, perSecond: 5, signal }),
        ]),
    }),
    await tailOfLargeLog(folder.path, rounds),
  );
  return rows;
}

/** p99 of a read while something else is asked of the same instance, beside the same with `instead`, or nothing else. */
async function beside(
  port: number,
  options: { name: string; peer: string; rounds: number; disturb: Disturb; instead?: Disturb },
): Promise<BenchRow> {
  const { name, peer, rounds, disturb, instead } = options;
  const p99During = async (other: Disturb | undefined) => {
    const stop = new AbortController();
    const disturbing = other?.(stop.signal);
    const { p99Ms } = await wrk(port, 4);
    stop.abort();
    await disturbing;
    return p99Ms;
  };
  const answers: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    const steal = stealMeter();
    const theirs = await p99During(instead);
    const ours = await p99During(disturb);
    answers.push({ ours, theirs, steal: steal() });
  }
  return benchRow({ name, peer, unit: "ms" }, answers);
}

/** What all those errors left on the disk, beside the bound of the error log and of the file before it. */
async function logSize(folder: string): Promise<BenchRow> {
  let bytes = 0;
  for await (const { name } of Deno.readDir(`${folder}/logs`)) {
    if (name.startsWith("inventory_common.log")) bytes += (await Deno.stat(`${folder}/logs/${name}`)).size;
  }
  const names = { name: "inventory/error-log-size", peer: "its bound", unit: "MB" };
  return benchRow(names, [{ ours: bytes / 2 ** 20, theirs: 2 * 16 }]);
}

/** Asks at a rate until the signal. */
async function repeat(options: { path: string; perSecond: number; signal: AbortSignal }): Promise<void> {
  const { path, perSecond, signal } = options;
  const startedAt = performance.now();
  const open = new Set<Promise<unknown>>();
  for (let sent = 0; !signal.aborted;) {
    for (; sent < (performance.now() - startedAt) / 1000 * perSecond && open.size < 200; sent++) {
      const request = fetch(path).then((response) => response.arrayBuffer());
      open.add(request);
      request.finally(() => open.delete(request));
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.allSettled(open);
}

/** The newest 500 entries of a log of 1 GB, beside the system's own `tail` of as many lines. */
async function tailOfLargeLog(folder: string, rounds: number): Promise<BenchRow> {
  const path = `${folder}/large.log`;
  const stack = "    at unitPrice (file:///services/inventory/pricing.ts:34:49)\n".repeat(8);
  const startedAt = Date.now() - 86_400_000;
  using file = await Deno.open(path, { write: true, createNew: true });
  for (let size = 0, entry = 0; size < 2 ** 30;) {
    let text = "";
    for (let i = 0; i < 2_000; i++, entry++) {
      const time = new Date(startedAt + entry * 20).toISOString().replace("T", " ").replace(".", ",").slice(0, 23);
      text += `${time} 4242 ERROR inv1 GET /random-endpoint failed: TypeError: entry ${entry}\n${stack}`;
    }
    size += await file.write(new TextEncoder().encode(text));
  }
  const answers = [];
  for (let round = 0; round < rounds; round++) {
    const ours = await milliseconds(() => tailLog(path, { since: 0, limit: 500 }));
    const theirs = await milliseconds(() => new Deno.Command("tail", { args: ["-n", "4500", path] }).output());
    answers.push({ ours, theirs });
  }
  return benchRow({ name: "log/tail", peer: "tail -n 4500", unit: "ms" }, answers);
}

async function milliseconds(body: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await body();
  return performance.now() - startedAt;
}

async function put(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/items/42`, { method: "PUT", body: JSON.stringify(ITEM) });
  await response.body?.cancel();
}

function bareServer(port: number, handler: string): Deno.Command {
  const code = `Deno.serve({ hostname: "127.0.0.1", port: ${port}, onListen() {} }, ${handler});`;
  return new Deno.Command(Deno.execPath(), { args: ["eval", code] });
}

/** Starts a program and waits until it answers; it ends with the scope. */
async function startServer(command: Deno.Command, url: string): Promise<AsyncDisposable> {
  const child = command.spawn();
  await until(`${url} answers`, async () => {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  });
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
    },
  };
}

/** As many closed-loop connections, reading one item. */
function wrk(port: number, connections: number) {
  return runWrk(`http://127.0.0.1:${port}/items/42`, { connections, seconds: SECONDS });
}

if (import.meta.main) {
  console.table(await benchInventory(Number(Deno.args[0] ?? 5)));
}
