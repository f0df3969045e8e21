/**
 * The traffic generator beside `wrk` and npm `autocannon` (both closed loop), beside `fetch`, and beside its own
 * schedule: `deno run -A bench/traffic.ts [rounds]`. The origin is nginx where it is on PATH, else Deno's bare server.
 */
import { defaultOptions, type Report, runTraffic } from "../services/traffic/mod.ts";
import { build, executablePath } from "../tasks/build/mod.ts";
import { freePort, tempFolder, until } from "../tests/testing/mod.ts";
import { autocannon } from "./autocannon.ts";
import { stealMeter } from "./processes.ts";
import { type BenchRow, benchRow } from "./row.ts";
import { wrk } from "./wrk.ts";

/** Length of one measurement of the highest rate, and of one at a fixed rate. */
const SECONDS = 2;
const STEADY_SECONDS = 4;
const CONNECTIONS = 32;
/** The rate at which lag and accuracy are measured, in requests/s. */
const RATE = 2_000;
/** Requests that are due while all connections are busy are dropped, so this many keep every connection busy. */
const OVERLOAD = 60_000;

/** What one round showed. */
interface Sample {
  readonly busy: Report;
  readonly steady: Report;
  /** The generator with nobody to send to: what remains is the machine's own lateness. */
  readonly idle: Report;
  readonly wrk: number;
  readonly autocannon: number;
  readonly autocannonP99: number;
  readonly fetch: number;
  readonly steal: number;
}

/** All rows of the traffic generator. Needs `wrk`; autocannon's rows need Node's `npx`. */
export async function benchTraffic(rounds = 4): Promise<BenchRow[]> {
  await build(["traffic"]);
  await using folder = await tempFolder();
  const port = freePort();
  await using _origin = await startOrigin(port, folder.path);
  const url = `http://127.0.0.1:${port}`;
  const item = `${url}/items/42`;
  const closed = ["-c", `${CONNECTIONS}`, "-d", `${SECONDS}`];
  const samples: Sample[] = [];
  // Fetches autocannon, and warms the origin up.
  await autocannon(["-c", "1", "-d", "1", item]);
  for (let round = 0; round < rounds; round++) {
    const steal = stealMeter();
    const steady = await generator(url, { rps: RATE, maxConcurrency: 1000, duration: STEADY_SECONDS });
    const idle = await sendingToNobody();
    const busy = await generator(url, { rps: OVERLOAD, maxConcurrency: CONNECTIONS, duration: SECONDS });
    samples.push({
      ...{ steady, idle, busy },
      wrk: (await wrk(item, { connections: CONNECTIONS, seconds: SECONDS })).rate,
      autocannon: (await autocannon([...closed, item]))?.requests.average ?? NaN,
      autocannonP99: (await autocannon([...closed, "-R", `${RATE}`, item]))?.latency.p99 ?? NaN,
      fetch: await withFetch(url),
      steal: steal(),
    });
  }
  const row = (
    names: { name: string; peer: string; unit: string },
    ours: (sample: Sample) => number,
    theirs: (sample: Sample) => number,
  ) => benchRow(names, samples.map((sample) => ({ ours: ours(sample), theirs: theirs(sample), steal: sample.steal })));
  const highest = (peer: string, theirs: (sample: Sample) => number) =>
    row({ name: "traffic/highest-rate", peer, unit: "req/s" }, ({ busy }) => busy.completed / busy.seconds, theirs);
  const lag = (peer: string, theirs: (sample: Sample) => number) =>
    row({ name: `traffic/send-lag-p99-at-${RATE}`, peer, unit: "ms" }, ({ steady }) => p99(steady.send_lag_ms), theirs);
  const latency = (peer: string, theirs: (sample: Sample) => number) =>
    row({ name: `traffic/latency-p99-at-${RATE}`, peer, unit: "ms" }, ({ steady }) => p99(steady.latency_ms), theirs);
  const rows = [
    highest("wrk -t1", ({ wrk }) => wrk),
    highest("autocannon", ({ autocannon }) => autocannon),
    highest("fetch", ({ fetch }) => fetch),
    row(
      { name: `traffic/total-at-${RATE}`, peer: "its own schedule", unit: "requests" },
      ({ steady }) => steady.sent,
      () => RATE * STEADY_SECONDS,
    ),
    lag("2 ms, the bound", () => 2),
    lag("the same clock, sending to nobody", ({ idle }) => p99(idle.send_lag_ms)),
    latency("autocannon -R", ({ autocannonP99 }) => autocannonP99),
    latency("its own service time", ({ steady }) => p99(steady.service_ms)),
  ];
  // A peer that is not there has no row.
  return rows.filter(({ theirs }) => !Number.isNaN(theirs));
}

function p99(times: Report["send_lag_ms"]): number {
  return times?.p99 ?? NaN;
}

/** The schedule alone, at the same rate, in a process of its own. */
async function sendingToNobody(): Promise<Report> {
  const args = ["run", "-A", new URL("bare_schedule.ts", import.meta.url).pathname, `${RATE}`, `${STEADY_SECONDS}`];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Runs the executable; reads only, so that each request is like the peers'. */
async function generator(
  url: string,
  options: { rps: number; maxConcurrency: number; duration: number },
): Promise<Report> {
  const { rps, maxConcurrency, duration } = options;
  const flags = ["--rps", rps, "--max-concurrency", maxConcurrency, "--duration", duration];
  const args = ["--url", url, "--put-frac", 0, "--seed", 1, "--json", ...flags].map(String);
  const { stdout, stderr } = await new Deno.Command(executablePath("traffic"), { args }).output();
  const text = new TextDecoder();
  if (stdout.length === 0) throw new Error(`oncall-traffic said: ${text.decode(stderr)}`);
  return JSON.parse(text.decode(stdout));
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
