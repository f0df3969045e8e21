import { ITEM_ROUTE } from "./app.ts";
import type { Faults } from "./faults.ts";
import type { Items, StoredItem } from "./items.ts";
import type { RequestMetrics } from "./request_metrics.ts";

/** What the fast path reads and counts. */
export interface FastPathDeps {
  readonly items: Pick<Items, "get">;
  readonly faults: Pick<Faults, "active">;
  readonly metrics: RequestMetrics;
}

const PREFIX = "/items/";

/**
 * Answers `GET /items/{id}` for an item that exists without the router, whose matching, context and middleware cost
 * more than the rest of that request. Everything else goes to `app`, an absent item and a fault in force included.
 */
export function withFastPath(
  deps: FastPathDeps,
  app: (request: Request) => Response | Promise<Response>,
): (request: Request) => Response | Promise<Response> {
  const { items, faults } = deps;
  const series = deps.metrics.series("GET", ITEM_ROUTE);
  return (request) => {
    if (faults.active || request.method !== "GET") return app(request);
    const startedAt = performance.now();
    const { url } = request;
    // A server's request URL is absolute: after the scheme's slashes the next one begins the path.
    const path = url.indexOf("/", 8);
    if (!url.startsWith(PREFIX, path)) return app(request);
    let item: StoredItem | undefined;
    try {
      // An id that needs decoding or carries a query isn't stored under this text, so it isn't found here.
      item = items.get(url.slice(path + PREFIX.length));
    } catch {
      return app(request);
    }
    if (item === undefined) return app(request);
    // Measured: cheaper than a Response of ready text, whose headers the runtime checks one by one.
    const response = Response.json(item);
    series.observe(200, (performance.now() - startedAt) / 1000);
    return response;
  };
}
