/** Orders: takes baskets, and tells what became of them. */
import { Exposition } from "../packages/exposition.ts";
import { Pool } from "../packages/sql.ts";
import { BasketError, checkout } from "./checkout.ts";
import { log } from "./log.ts";
import { Peer, PeerError } from "./peers.ts";

const settings = JSON.parse(Deno.readTextFileSync(Deno.args[0]!));
const metrics = new Exposition();
const pool = new Pool({ ...settings.database, name: "orders" });
const measure = (peer: URL, method: string, result: string, seconds: number) =>
  metrics.observe("http_client_request_duration_seconds", seconds, {
    http_request_method: method,
    server_address: peer.hostname,
    server_port: peer.port,
    ...(/^\d+$/.test(result) ? { http_response_status_code: result } : { error_type: result }),
  });
const peers = {
  catalog: new Peer("catalog", settings.catalog.urls, settings.catalog.timeout_ms, measure),
  payments: new Peer("payments", settings.payments.urls, settings.payments.timeout_ms, measure),
};

interface Reply {
  readonly route: string;
  readonly status: number;
  readonly body: unknown;
}

async function route(request: Request): Promise<Reply> {
  const { pathname } = new URL(request.url);
  const id = /^\/orders\/(\d+)$/.exec(pathname)?.[1];
  if (request.method === "GET" && id) {
    const [order] = await pool.query("SELECT * FROM orders WHERE id = $1", [id]);
    return { route: "/orders/{id}", status: order ? 200 : 404, body: order ?? { message: `no order ${id}` } };
  }
  if (request.method === "POST" && pathname === "/orders") {
    const order = await checkout(await request.json(), pool, peers);
    log("INFO", "order placed", { order: order.id, cents: order.cents });
    return { route: "/orders", status: 201, body: order };
  }
  return { route: "", status: 404, body: { message: "not found" } };
}

async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/metrics") {
    await countWaiting();
    return metrics.answer();
  }
  if (pathname === "/health") return Response.json({ ok: true });
  const begun = performance.now();
  let reply: Reply;
  try {
    reply = await route(request);
  } catch (error) {
    reply = failure(request.method, pathname, error as Error);
  }
  metrics.observe("http_server_request_duration_seconds", (performance.now() - begun) / 1000, {
    http_request_method: request.method,
    http_route: reply.route,
    http_response_status_code: reply.status,
  });
  return Response.json(reply.body, { status: reply.status });
}

function failure(method: string, path: string, error: Error): Reply {
  const route = path.replace(/\/\d+$/, "/{id}");
  if (error instanceof BasketError) return { route, status: 422, body: { message: error.message } };
  const known = error instanceof PeerError;
  log("ERROR", `${method} ${route} failed`, {
    error: error.message,
    ...(known ? {} : { type: error.name, stack: error.stack }),
  });
  return { route, status: known ? error.status : 500, body: { message: error.message } };
}

/** How many orders wait to be shipped, for the queue's gauge. */
async function countWaiting(): Promise<void> {
  try {
    const [row] = await pool.query("SELECT count(*) FROM shipments WHERE state = $1", ["waiting"]);
    metrics.set("orders_shipments_waiting", Number(row!.count));
  } catch {
    // Then the last one stands.
  }
}

metrics.set("process_start_time_seconds", Date.now() / 1000);
metrics.set("target_info", 1, { service_name: "orders", service_version: settings.version });
metrics.onScrape(() => {
  const usage = Deno.memoryUsage();
  metrics.set("process_resident_memory_bytes", usage.rss);
  metrics.set("db_client_connection_count", pool.active, { db_client_connection_state: "used" });
  metrics.set("db_client_connection_count", pool.idle, { db_client_connection_state: "idle" });
  metrics.set("db_client_connection_max", settings.database.size);
});
Deno.serve({ hostname: "127.0.0.1", port: settings.port, onListen() {} }, answer);
log("INFO", "listening", { addr: `127.0.0.1:${settings.port}`, version: settings.version });
Deno.addSignalListener("SIGTERM", () => {
  log("INFO", "shutting down");
  Deno.exit(0);
});
