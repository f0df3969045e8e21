import { type Context, Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Registry } from "prom-client";
import * as v from "valibot";
import { type Access, aliveOnly, guarded, labOnly, notThroughProxies } from "../lib/access/mod.ts";
import { ApiError, jsonBody, onError, onNotFound, parseInput } from "../lib/http/mod.ts";
import { metricsText } from "../lib/telemetry/mod.ts";
import type { ErrorLog } from "./error_log.ts";
import { type Faults, faultSchema } from "./faults.ts";
import { itemIdSchema, type Items, itemSchema } from "./items.ts";
import { tailLog } from "./log_tail.ts";
import { createRandomWork } from "./random_endpoint.ts";
import type { FreightDeps } from "./freight.ts";
import type { RequestMetrics } from "./request_metrics.ts";

/** What the routes work with. */
export interface AppDeps {
  readonly service: string;
  readonly items: Items;
  readonly faults: Faults;
  readonly errorLog: ErrorLog;
  /** Path of the common error log, for reading. */
  readonly errorLogPath: string;
  readonly metrics: RequestMetrics;
  readonly registry: Registry;
  /** Body of `GET /healthz`. */
  readonly health: () => Record<string, unknown> & { readonly ok: boolean; readonly name: string };
  /** Who may call what is not for everybody: the business routes are. */
  readonly access: Access;
  /** Whether faults may be set. */
  readonly lab: boolean;
  readonly freight: FreightDeps;
  readonly now?: () => number;
}

type Env = { Variables: { route: string } };

/** Route templates, as the metrics and the log name them. */
export const ITEM_ROUTE = "/items/{id}";
const RANDOM_ROUTE = "/random-endpoint";
const TRIGGER_ROUTE = "/random-endpoint/{trigger}";
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const MAX_BODY = 2 ** 20;

function whole(expected: string, min: number, max: number) {
  return v.pipe(
    v.string(),
    v.regex(/^\d{1,9}$/, expected),
    v.transform(Number),
    v.minValue(min, expected),
    v.maxValue(max, expected),
  );
}

/** Query of `GET /logs/tail`. */
export const tailSchema = v.strictObject({
  seconds: v.optional(whole("expected whole seconds from 1 to 604800", 1, 604_800), "15"),
  limit: v.optional(whole("expected a whole number from 1 to 5000", 1, 5_000), "500"),
});

/** The inventory's HTTP face. */
export function createApp(deps: AppDeps): Hono<Env> {
  const { items, faults, errorLog, metrics, access, now = Date.now } = deps;
  const app = new Hono<Env>();
  const randomWork = createRandomWork(deps);

  /** Counts and times a business route, and applies the current fault to it. */
  const business = (method: string, route: string): MiddlewareHandler<Env> => {
    const series = metrics.series(method, route);
    return async (c, next) => {
      c.set("route", route);
      const startedAt = performance.now();
      await next();
      series.observe(c.res.status, (performance.now() - startedAt) / 1000);
    };
  };
  const admit: MiddlewareHandler<Env> = async (_c, next) => {
    if (faults.active) await faults.act();
    await next();
  };
  const limit = bodyLimit({
    maxSize: MAX_BODY,
    onError() {
      throw new ApiError(413, "body_too_large", `A body holds at most ${MAX_BODY} bytes.`);
    },
  });

  app.get("/items/:id", business("GET", ITEM_ROUTE), admit, async (c) => {
    const id = itemId(c);
    const item = await items.find(id);
    if (item === undefined) throw new ApiError(404, "item_not_found", `There is no item ${id}; PUT it first.`);
    return c.json(item);
  });
  app.put("/items/:id", business("PUT", ITEM_ROUTE), admit, limit, async (c) => {
    const id = itemId(c);
    const item = await jsonBody(c, itemSchema, 422);
    return c.json(await items.put(id, item));
  });
  app.get("/random-endpoint", business("GET", RANDOM_ROUTE), admit, async (c) => c.json(await randomWork()));
  app.get(
    "/random-endpoint/:trigger",
    business("GET", TRIGGER_ROUTE),
    admit,
    async (c) => c.json(await randomWork(c.req.param("trigger"))),
  );

  app.post("/faults", notThroughProxies(access), guarded(access), labOnly(deps.lab), limit, async (c) => {
    faults.set(await jsonBody(c, faultSchema));
    return c.json(faults.current());
  });
  app.get("/logs/tail", guarded(access), async (c) => {
    const query = parseInput(tailSchema, c.req.query());
    await errorLog.flush();
    const since = now() - query.seconds * 1000;
    const entries = await tailLog(deps.errorLogPath, { since, limit: query.limit });
    return c.json({ entries, count: entries.length });
  });
  app.get("/healthz", (c) => c.json(aliveOnly(c, { access, body: deps.health() })));
  app.get("/metrics", guarded(access), () => metricsText(deps.registry));

  app.notFound((c) => {
    const method = METHODS.has(c.req.method) ? c.req.method : "OTHER";
    metrics.series(method, "unmatched").observe(404, 0);
    return onNotFound(c);
  });
  app.onError((error, c) =>
    onError((cause) => {
      const what = `${deps.service} ${c.req.method} ${c.get("route") ?? c.req.path} failed`;
      errorLog.write("ERROR", `${what}: ${cause.name}: ${cause.message}`, cause);
    })(error, c)
  );
  return app;
}

function itemId(c: Context): string {
  const parsed = v.safeParse(itemIdSchema, c.req.param("id"));
  if (!parsed.success) throw new ApiError(422, "invalid_input", `id: ${parsed.issues[0].message}`);
  return parsed.output;
}
