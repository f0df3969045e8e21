/**
 * The inventory beside Deno's bare HTTP server, its error log under load and its tail of a large log, with `wrk` as the
 * client: `deno run -A bench/inventory.ts [rounds]`.
 */
import { build, executablePath } from "../tasks/build/mod.ts";
import { tailLog } from "../services/inventory/mod.ts";
import { freePort, tempFolder, until } from "../tests/support/mod.ts";
import { type BenchRow, benchRow } from "./row.ts";

const ITEM = { name: "Widget 42", price: 12.5, manufacturer: "Acme" };
const SECONDS = 2;

/** All rows of the inventory. Needs `wrk` on PATH. */
export async function benchInventory(rounds = 5): Promise<BenchRow[]> {
  await build(["inventory"]);
  await using folder = await tempFolder();
  const ours = freePort();
  await using _inventory = await startServer(
    new Deno.Command(executablePath("inventory"), { cwd: folder.path, env: { PORT: String(ours) } }),
    `http://127.0.0.1:${ours}/healthz`,
  );
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
      const answers = [];
      // The first round warms both sides up.
      for (let round = 0; round <= rounds; round++) {
        const answer = { ours: (await wrk(ours, connections)).rate, theirs: (await wrk(theirs, connections)).rate };
        if (round > 0) answers.push(answer);
      }
      rows.push(benchRow({ name: `inventory/get-item/${connections}`, peer, unit: "req/s" }, answers));
    }
  }
  rows.push(await errorsBeside(ours, rounds), await tailOfLargeLog(folder.path, rounds));
  return rows;
}

/** p99 of a read while 1,000 other requests a second fail and are logged, beside the same without them. */
async function errorsBeside(port: number, rounds: number): Promise<BenchRow> {
  const answers = [];
  for (let round = 0; round < rounds; round++) {
    const theirs = (await wrk(port, 4)).p99Ms;
    const stop = new AbortController();
    const failing = failAtRate({ port, perSecond: 1_000, signal: stop.signal });
    const ours = (await wrk(port, 4)).p99Ms;
    stop.abort();
    await failing;
    answers.push({ ours, theirs });
  }
  return benchRow({ name: "inventory/p99-at-1000-errors", peer: "the same without errors", unit: "ms" }, answers);
}

async function failAtRate(options: { port: number; perSecond: number; signal: AbortSignal }): Promise<void> {
  const { port, perSecond, signal } = options;
  const startedAt = performance.now();
  const open = new Set<Promise<unknown>>();
  for (let sent = 0; !signal.aborted;) {
    for (; sent < (performance.now() - startedAt) / 1000 * perSecond && open.size < 200; sent++) {
      const request = fetch(`http://127.0.0.1:${port}/random-endpoint/error`).then((response) =>
        response.body?.cancel()
      );
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

/** Requests per second and 99th percentile of as many closed-loop connections. */
async function wrk(port: number, connections: number): Promise<{ rate: number; p99Ms: number }> {
  const { stdout } = await new Deno.Command("wrk", {
    args: ["-t1", `-c${connections}`, `-d${SECONDS}s`, "--latency", `http://127.0.0.1:${port}/items/42`],
  }).output();
  const text = new TextDecoder().decode(stdout);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text) ?? [];
  return { rate, p99Ms: Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit as "us" | "ms" | "s"] };
}

if (import.meta.main) {
  console.table(await benchInventory(Number(Deno.args[0] ?? 5)));
}
