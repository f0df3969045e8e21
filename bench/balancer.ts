/**
 * The balancer beside HAProxy (one thread) and nginx (one worker) over the same two backends, with `wrk` as the client:
 * `deno run -A bench/balancer.ts [rounds]`. Needs `wrk`, `nginx` and `haproxy`.
 */
import { build, executablePath } from "../tasks/build/mod.ts";
import { freePort, tempFolder, until } from "../tests/support/mod.ts";
import { type BenchRow, benchRow } from "./row.ts";

/** Length of one measurement; large bodies need more for a few rounds of 256 connections. */
const SECONDS = { small: 2, "1MB": 4 };
const WARM_UP_SECONDS = 5;
const CONNECTIONS = [1, 32, 256];
const BODIES = { small: "/small", "1MB": "/large" } as const;
/** The open-loop rate at which the tail is looked at, in requests/s. */
const RATE = 5_000;

/** One of the proxies under test. */
interface Proxy {
  readonly name: "ours" | "haproxy" | "nginx";
  readonly port: number;
  readonly pid: number;
}

/** What one round of `wrk` showed. */
interface Sample {
  /** Requests per second. */
  readonly rate: number;
  /** The proxy's own CPU seconds for 100,000 requests. */
  readonly cpu: number;
}

/** All rows of the balancer. */
export async function benchBalancer(rounds = 5): Promise<BenchRow[]> {
  await build(["lb", "traffic"]);
  await using folder = await tempFolder();
  await using stack = new AsyncDisposableStack();
  const backends = [freePort(), freePort()];
  await writeSite(folder.path);
  stack.use(await startNginx(folder.path, "origin", originServers(folder.path, backends), backends[0]!));
  const ours = stack.use(await startOurs(folder.path, backends));
  const haproxy = stack.use(await startHaproxy(folder.path, backends));
  const port = freePort();
  const nginx = stack.use(await startNginx(folder.path, "proxy", proxyServer(backends, port), port));
  const proxies: Proxy[] = [
    { name: "ours", ...ours },
    { name: "haproxy", ...haproxy },
    { name: "nginx", port, pid: nginx.pid },
  ];
  for (const { port } of proxies) {
    await wrk(`http://127.0.0.1:${port}/small`, { connections: 32, seconds: WARM_UP_SECONDS });
  }
  const rows: BenchRow[] = [];
  for (const body of ["small", "1MB"] as const) {
    for (const connections of CONNECTIONS) {
      const samples = await inTurn(proxies, { body, connections, rounds });
      for (const peer of ["haproxy", "nginx"] as const) {
        const name = `balancer/${connections}/${body}`;
        const of = (value: (sample: Sample) => number) =>
          samples.map((round) => ({ ours: value(round.ours), theirs: value(round[peer]) }));
        rows.push(benchRow({ name, peer, unit: "req/s" }, of((sample) => sample.rate)));
        if (connections === 32) {
          rows.push(benchRow({ name: `${name}/cpu`, peer, unit: "CPU s per 100,000 requests" }, of(({ cpu }) => cpu)));
        }
      }
    }
  }
  rows.push(...await tail(proxies, backends[0]!, rounds));
  return rows;
}

/** Rounds of all proxies in turn; the first warms them up and does not count. */
async function inTurn(
  proxies: readonly Proxy[],
  options: { body: keyof typeof BODIES; connections: number; rounds: number },
): Promise<Record<Proxy["name"], Sample>[]> {
  const { body, connections, rounds } = options;
  const seconds = SECONDS[body];
  const samples = [];
  for (let round = 0; round <= rounds; round++) {
    const sample = {} as Record<Proxy["name"], Sample>;
    for (const { name, port, pid } of proxies) {
      const before = cpuSeconds(pid);
      const { rate, requests } = await wrk(`http://127.0.0.1:${port}${BODIES[body]}`, { connections, seconds });
      sample[name] = { rate, cpu: (cpuSeconds(pid) - before) / requests * 100_000 };
    }
    if (round > 0) samples.push(sample);
  }
  return samples;
}

/** p99 at a fixed rate through each proxy, beside going to a backend directly. */
async function tail(proxies: readonly Proxy[], direct: number, rounds: number): Promise<BenchRow[]> {
  const samples: Record<string, number>[] = [];
  for (let round = 0; round <= rounds; round++) {
    const sample: Record<string, number> = { direct: await p99AtRate(direct) };
    for (const { name, port } of proxies) sample[name] = await p99AtRate(port);
    if (round > 0) samples.push(sample);
  }
  return ["direct", "haproxy", "nginx"].map((peer) =>
    benchRow(
      { name: `balancer/p99-at-${RATE}`, peer, unit: "ms" },
      samples.map((sample) => ({ ours: sample.ours!, theirs: sample[peer]! })),
    )
  );
}

async function p99AtRate(port: number): Promise<number> {
  const args = ["--url", `http://127.0.0.1:${port}`, "--rps", `${RATE}`, "--put-frac", "0", "--json"];
  const { stdout } = await new Deno.Command(executablePath("traffic"), {
    args: [...args, "--duration", "3", "--max-concurrency", "1000", "--report-every", "3"],
    stderr: "null",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).service_ms.p99;
}

async function wrk(
  url: string,
  options: { connections: number; seconds: number },
): Promise<{ rate: number; requests: number }> {
  const { connections, seconds } = options;
  const { stdout } = await new Deno.Command("wrk", {
    args: ["-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "30s", url],
  })
    .output();
  const text = new TextDecoder().decode(stdout);
  const failures = /Socket errors.*|Non-2xx.*/.exec(text)?.[0];
  if (failures !== undefined) throw new Error(`wrk ${url}: ${failures}`);
  return {
    rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]),
    requests: Number(/(\d+) requests in/.exec(text)?.[1]),
  };
}

/** CPU time of a process so far, in seconds. */
function cpuSeconds(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // User and system time, in ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function writeSite(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/site`);
  await Deno.writeTextFile(`${folder}/site/large`, "x".repeat(1024 * 1024));
}

function originServers(folder: string, ports: readonly number[]): string {
  const item = JSON.stringify({ id: "42", name: "Widget 42", price: 12.5, manufacturer: "Acme" }).replaceAll(
    '"',
    '\\"',
  );
  return ports.map((port) => `
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location = /large { root ${folder}/site; }
    location / { default_type application/json; return 200 "${item}"; }
  }`).join("");
}

function proxyServer(backends: readonly number[], port: number): string {
  return `
  upstream backends {
    ${backends.map((backend) => `server 127.0.0.1:${backend};`).join(" ")}
    keepalive 256;
    keepalive_requests 100000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      proxy_pass http://backends;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }`;
}

async function startNginx(folder: string, name: string, servers: string, port: number): Promise<Started> {
  await Deno.writeTextFile(
    `${folder}/${name}.conf`,
    `daemon off; master_process off; pid ${folder}/${name}.pid; error_log ${folder}/${name}.log;
events { worker_connections 8192; }
http {
  access_log off; keepalive_requests 100000000; sendfile on; tcp_nopush on;
  client_body_temp_path ${folder}/${name}.body; proxy_temp_path ${folder}/${name}.proxy;
  fastcgi_temp_path ${folder}/${name}.f; uwsgi_temp_path ${folder}/${name}.u; scgi_temp_path ${folder}/${name}.s;${servers}
}
`,
  );
  return await started("nginx", { args: ["-e", `${folder}/${name}.log`, "-c", `${folder}/${name}.conf`] }, port);
}

async function startHaproxy(folder: string, backends: readonly number[]): Promise<Started> {
  const port = freePort();
  await Deno.writeTextFile(
    `${folder}/haproxy.cfg`,
    `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  option forwardfor
  http-reuse always
  timeout connect 1s
  timeout client 60s
  timeout server 30s
frontend in
  bind 127.0.0.1:${port}
  default_backend out
backend out
  balance roundrobin
${backends.map((backend, i) => `  server s${i} 127.0.0.1:${backend}`).join("\n")}
`,
  );
  return await started("haproxy", { args: ["-db", "-f", `${folder}/haproxy.cfg`] }, port);
}

function startOurs(folder: string, backends: readonly number[]): Promise<Started> {
  const port = freePort();
  const BACKENDS = backends.map((backend) => `http://127.0.0.1:${backend}`).join(",");
  const env = { LB_PORT: `${port}`, BACKENDS, PM_URL: `http://127.0.0.1:${freePort()}` };
  return started(executablePath("lb"), { cwd: folder, env }, port);
}

/** A running program that ends with its scope. */
interface Started extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
}

async function started(program: string, options: Deno.CommandOptions, port: number): Promise<Started> {
  const child = new Deno.Command(program, { ...options, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  await until(`${program} answers on port ${port}`, async () => {
    const response = await fetch(`http://127.0.0.1:${port}/small`);
    await response.body?.cancel();
    return response.ok;
  });
  return {
    pid: child.pid,
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

if (import.meta.main) {
  console.table(await benchBalancer(Number(Deno.args[0] ?? 5)));
}
