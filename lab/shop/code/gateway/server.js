/** The gateway: what browsers and apps talk to. */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import process from "node:process";
import { log, serialized } from "./log.js";
import { exposition, observe } from "./metrics.js";
import { forward, UpstreamError } from "./upstreams.js";

const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { catalog, orders } = settings.upstreams;

/** Routes of the public API: a pattern, the label in metrics, where it leads. */
const ROUTES = [
  ["GET", /^\/api\/products\/(\d+)$/, "/api/products/:id", catalog, (id) => `/products/${id}`],
  ["GET", /^\/api\/products\/(\d+)\/freight$/, "/api/products/:id/freight", catalog, (id) => `/products/${id}/freight`],
  ["GET", /^\/api\/search$/, "/api/search", catalog, (_, query) => `/search${query}`],
  ["POST", /^\/api\/orders$/, "/api/orders", orders, () => "/orders"],
  ["GET", /^\/api\/orders\/(\d+)$/, "/api/orders/:id", orders, (id) => `/orders/${id}`],
];

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

async function handle(request, response) {
  const begun = performance.now();
  const url = new URL(request.url, "http://gateway");
  if (url.pathname === "/metrics") return response.end(exposition());
  const found = ROUTES.find(([method, pattern]) => method === request.method && pattern.test(url.pathname));
  let status = 404;
  let text = JSON.stringify({ error: "not found" });
  if (found) {
    const [, pattern, , upstream, path] = found;
    try {
      const target = path(pattern.exec(url.pathname)[1], url.search);
      const body = request.method === "POST" ? await bodyOf(request) : undefined;
      ({ status, text } = await forward(upstream, request.method, target, body));
    } catch (error) {
      status = error instanceof UpstreamError ? error.status : 500;
      text = JSON.stringify({ error: "upstream" });
      log(50, { req: { method: request.method, url: request.url }, err: serialized(error) }, "request errored");
    }
  }
  const route = found?.[2] ?? "unmatched";
  observe((performance.now() - begun) / 1000, { method: request.method, route, status_code: status });
  response.writeHead(status, { "content-type": "application/json" }).end(text);
}

const server = createServer((request, response) => void handle(request, response));
server.listen(settings.port, "127.0.0.1", () => {
  log(30, { version: settings.version }, `Server listening at http://127.0.0.1:${settings.port}`);
});
process.on("SIGTERM", () => {
  log(30, {}, "SIGTERM received");
  process.exit(0);
});
