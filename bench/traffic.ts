/**
 * The traffic generator beside `wrk` and npm `autocannon` (both closed loop), beside `fetch`, and beside its own
 * schedule: `deno run -A bench/traffic.ts [rounds]`. The origin is nginx where it is on PATH, else Deno's bare server.
 */
import { defaultOptions, type Report, runTraffic } from "../services/traffic/mod.ts";
import { build, executablePath } from "../tasks/build/mod.ts";
import { freePort, tempFolder, until } from "../tests/support/mod.ts";
import { type BenchRow, benchRow } from "./row.ts";

const SECONDS = 3;
const CONNECTIONS = 32;
/** The rate at which lag and accuracy are measured, in requests/s. */
const RATE = 2_000;
/** Requests that are due while all connections are busy are dropped, so this many keep every connection busy. */
const OVERLOAD = 60_000;
const AUTOCANNON = "autocannon@9.0.0";

/** All rows of the traffic generator. Needs `wrk`; autocannon's rows need Node's `npx`. */
export async function benchTraffic(rounds = 5): Promise<BenchRow[]> {
  await build(["traffic"]);
  await using folder = await tempFolder();
  const port = freePort();
  await using _origin = await startOrigin(port, folder.path);
  const url = `http://127.0.0.1:${port}`;
  const busy: Report[] = [], steady: Report[] = [];
  const closed: { wrk: number; autocannon: number; autocannonP99: number; fetch: number }[] = [];
  // The first round warms all sides up.
  for (let round = 0; round <= rounds; round++) {
    const overloaded = await generator(url, ["--rps", OVERLOAD, "--max-concurrency", CONNECTIONS]);
    const onTime = await generator(url, ["--rps", RATE, "--max-concurrency", 1000]);
    const other = {
      wrk: await wrk(url),
      autocannon: (await autocannon(url, []))?.requests.average ?? NaN,
      autocannonP99: (await autocannon(url, ["-R", String(RATE)]))?.latency.p99 ?? NaN,
      fetch: await withFetch(url),
    };
    if (round === 0) continue;
    busy.push(overloaded);
    steady.push(onTime);
    closed.push(other);
  }
  const rate = (report: Report) => report.completed / report.seconds;
  const rows = [
    benchRow(
      { name: "traffic/highest-rate", peer: "wrk -t1", unit: "req/s" },
      busy.map((report, i) => ({ ours: rate(report), theirs: closed[i]!.wrk })),
    ),
    benchRow(
      { name: "traffic/highest-rate", peer: "autocannon", unit: "req/s" },
      busy.map((report, i) => ({ ours: rate(report), theirs: closed[i]!.autocannon })),
    ),
    benchRow(
      { name: "traffic/highest-rate", peer: "fetch", unit: "req/s" },
      busy.map((report, i) => ({ ours: rate(report), theirs: closed[i]!.fetch })),
    ),
    benchRow(
      { name: `traffic/total-at-${RATE}`, peer: "its own schedule", unit: "requests" },
      steady.map((report) => ({ ours: report.sent, theirs: RATE * SECONDS })),
    ),
    benchRow(
      { name: `traffic/send-lag-p99-at-${RATE}`, peer: "2 ms, the bound", unit: "ms" },
      steady.map((report) => ({ ours: report.send_lag_ms?.p99 ?? NaN, theirs: 2 })),
    ),
    benchRow(
      { name: `traffic/latency-p99-at-${RATE}`, peer: "autocannon -R", unit: "ms" },
      steady.map((report, i) => ({ ours: report.latency_ms?.p99 ?? NaN, theirs: closed[i]!.autocannonP99 })),
    ),
    benchRow(
      { name: `traffic/latency-p99-at-${RATE}`, peer: "its own service time", unit: "ms" },
      steady.map((report) => ({ ours: report.latency_ms?.p99 ?? NaN, theirs: report.service_ms?.p99 ?? NaN })),
    ),
  ];
  // A peer that is not there has no row.
  return rows.filter(({ theirs }) => !Number.isNaN(theirs));
}

/** Runs the executable; reads only, so that each request is like the peers'. */
async function generator(url: string, flags: readonly (string | number)[]): Promise<Report> {
  const args = ["--url", url, "--duration", SECONDS, "--put-frac", 0, "--seed", 1, "--json", ...flags].map(String);
  const { stdout, stderr } = await new Deno.Command(executablePath("traffic"), { args }).output();
  const text = new TextDecoder();
  if (stdout.length === 0) throw new Error(`oncall-traffic said: ${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout));
}

async function wrk(url: string): Promise<number> {
  const { stdout } = await new Deno.Command("wrk", {
    args: ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}s`, `${url}/items/42`],
  }).output();
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(new TextDecoder().decode(stdout))?.[1]);
}

interface Autocannon {
  readonly requests: { readonly average: number };
  readonly latency: { readonly p99: number };
}

async function autocannon(url: string, flags: readonly string[]): Promise<Autocannon | undefined> {
  try {
    const { stdout, success } = await new Deno.Command("npx", {
      args: ["-y", AUTOCANNON, "--json", "-n", "-c", `${CONNECTIONS}`, "-d", `${SECONDS}`, ...flags, `${url}/items/42`],
      stderr: "null",
    }).output();
    return success ? JSON.parse(new TextDecoder().decode(stdout)) : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Requests per second that `fetch` makes from this process, as many at a time: the client that was not chosen. */
async function withFetch(url: string): Promise<number> {
  const client = Deno.createHttpClient({ poolMaxIdlePerHost: CONNECTIONS });
  const send = async () => {
    const response = await fetch(`${url}/items/42`, { client });
    await response.body?.cancel();
    return { status: response.status };
  };
  const transport = { resent: 0, send, close: () => client.close() };
  const options = { url, rps: OVERLOAD, maxConcurrency: CONNECTIONS, duration: SECONDS, putFrac: 0, seed: 1 };
  const report = await runTraffic(defaultOptions(options), { transport });
  return report.completed / report.seconds;
}

async function startOrigin(port: number, folder: string): Promise<AsyncDisposable> {
  const body = '{"id":"42","name":"Widget 42","price":12.5,"manufacturer":"Acme"}';
  const child = await startNginx(port, { folder, body }) ?? startBare(port, body);
  await until("the origin answers", async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`);
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

async function startNginx(
  port: number,
  { folder, body }: { folder: string; body: string },
): Promise<Deno.ChildProcess | undefined> {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
    `${name}_temp_path ${folder}/${name};`
  );
  const path = `${folder}/nginx.conf`;
  await Deno.writeTextFile(
    path,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http { access_log off; keepalive_requests 1000000000; ${temporary.join(" ")}
  server { listen 127.0.0.1:${port}; location / { default_type application/json; return 200 '${body}'; } } }`,
  );
  const options = { stdout: "null", stderr: "null" } as const;
  for (const program of ["nginx", "/usr/sbin/nginx"]) {
    try {
      return new Deno.Command(program, { args: ["-e", `${folder}/error.log`, "-c", path], ...options }).spawn();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

function startBare(port: number, body: string): Deno.ChildProcess {
  const headers = '{ headers: { "content-type": "application/json" } }';
  const handler = `() => new Response(${JSON.stringify(body)}, ${headers})`;
  const code = `Deno.serve({ hostname: "127.0.0.1", port: ${port}, onListen() {} }, ${handler});`;
  return new Deno.Command(Deno.execPath(), { args: ["eval", code] }).spawn();
}

if (import.meta.main) {
  console.table(await benchTraffic(Number(Deno.args[0] ?? 5)));
}
