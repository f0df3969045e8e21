import { executablePath } from "../tasks/build/mod.ts";
import { freePort, until } from "../tests/testing/mod.ts";

/** A running program that ends with its scope. */
export interface Started extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
}

/** Writes the file of 1 MB that `originServers` serves. */
export async function writeSite(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/site`);
  await Deno.writeTextFile(`${folder}/site/large`, "x".repeat(1024 * 1024));
}

/** Backends as nginx' servers: a small answer everywhere, 1 MB at `/large`. */
export function originServers(folder: string, ports: readonly number[]): string {
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

/** A proxy to `backends` as nginx' server. */
export function proxyServer(backends: readonly number[], port: number): string {
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

/** Starts nginx with one worker. */
export async function startNginx(folder: string, name: string, servers: string, port: number): Promise<Started> {
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

/** Starts HAProxy with one thread. */
export async function startHaproxy(folder: string, backends: readonly number[]): Promise<Started> {
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

/** Starts our balancer. */
export function startOurs(folder: string, backends: readonly number[]): Promise<Started> {
  const port = freePort();
  const BACKENDS = backends.map((backend) => `http://127.0.0.1:${backend}`).join(",");
  const env = { LB_PORT: `${port}`, BACKENDS, PM_URL: `http://127.0.0.1:${freePort()}` };
  return started(executablePath("lb"), { cwd: folder, env }, port);
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
