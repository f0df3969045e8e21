/** The catalog: products, their prices and stock, and the search over them. */
import { Exposition } from "../packages/exposition.ts";
import { Pool } from "../packages/sql.ts";
import { Cache } from "./cache.ts";
import { log } from "./log.ts";
import { ProductService } from "./products.ts";
import { SearchService } from "./search.ts";
import { Stock } from "./stock.ts";

const settings = JSON.parse(Deno.readTextFileSync(Deno.args[0]!));
const metrics = new Exposition();
const pool = new Pool({ ...settings.database, name: "HikariPool-1" });
const stock = new Stock(settings.inventory.url, settings.inventory.timeout_ms, (status, seconds) => {
  metrics.observe("http_client_requests_seconds", seconds, {
    client_name: new URL(settings.inventory.url).host,
    method: "GET",
    outcome: outcome(Number(status)),
    status,
  });
});
const products = new ProductService(pool, new Cache(settings.cache.host, settings.cache.port), stock);
const search = new SearchService(pool);

async function route(url: URL): Promise<{ readonly uri: string; readonly status: number; readonly body: unknown }> {
  const [, first, id, last] = url.pathname.split("/");
  if (first === "search") {
    return { uri: "/search", status: 200, body: await search.search(url.searchParams.get("q") ?? "") };
  }
  if (first === "products" && id && last === "freight") {
    return { uri: "/products/{id}/freight", status: 200, body: await products.freight(id) };
  }
  if (first === "products" && id && last === undefined) {
    const product = await products.find(id);
    return { uri: "/products/{id}", status: product ? 200 : 404, body: product ?? { message: `no product ${id}` } };
  }
  return { uri: "UNKNOWN", status: 404, body: { message: "not found" } };
}

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === "/actuator/prometheus") return metrics.answer();
  if (url.pathname === "/actuator/health") return Response.json({ status: "UP" });
  const begun = performance.now();
  let reply: Awaited<ReturnType<typeof route>>;
  let exception = "none";
  try {
    reply = await route(url);
  } catch (error) {
    exception = (error as Error).name;
    const uri = url.pathname.replace(/\/\d+/, "/{id}");
    log("ERROR", "c.s.catalog.ErrorHandler", `Request GET ${url.pathname} failed`, error);
    reply = { uri, status: 500, body: { status: 500, error: "Internal Server Error", path: url.pathname } };
  }
  const { uri, status, body } = reply;
  metrics.observe("http_server_requests_seconds", (performance.now() - begun) / 1000, {
    exception,
    method: request.method,
    outcome: outcome(status),
    status,
    uri,
  });
  return Response.json(body, { status });
}

function outcome(status: number): string {
  if (!(status > 0)) return "UNKNOWN";
  return status >= 500 ? "SERVER_ERROR" : status >= 400 ? "CLIENT_ERROR" : "SUCCESS";
}

metrics.set("process_start_time_seconds", Date.now() / 1000);
metrics.set("application_info", 1, { version: settings.version });
metrics.onScrape(() => {
  metrics.set("hikaricp_connections_active", pool.active, { pool: "HikariPool-1" });
  metrics.set("hikaricp_connections_idle", pool.idle, { pool: "HikariPool-1" });
  metrics.set("hikaricp_connections_pending", pool.pending, { pool: "HikariPool-1" });
  metrics.set("hikaricp_connections_max", settings.database.size, { pool: "HikariPool-1" });
  metrics.set("jvm_memory_used_bytes", Deno.memoryUsage().heapUsed, { area: "heap" });
  metrics.set("process_resident_memory_bytes", Deno.memoryUsage().rss);
});
Deno.serve({ hostname: "127.0.0.1", port: settings.port, onListen() {} }, answer);
log(
  "INFO",
  "c.s.catalog.CatalogApplication",
  `Started CatalogApplication ${settings.version} on port ${settings.port}`,
);
Deno.addSignalListener("SIGTERM", () => {
  log("INFO", "c.s.catalog.CatalogApplication", "Shutting down");
  Deno.exit(0);
});
