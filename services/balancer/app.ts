import { Hono } from "hono";
import { onError, onNotFound } from "../lib/http/mod.ts";
import { identity } from "../lib/lifecycle/mod.ts";
import { type Logger, metricsText } from "../lib/telemetry/mod.ts";
import type { BalancerMetrics } from "./metrics.ts";
import type { Pool } from "./pool.ts";

/** Data of the balancer's own routes. */
export interface AppDeps {
  readonly pool: Pool;
  readonly metrics: BalancerMetrics;
  readonly log: Logger;
}

/** The balancer's own routes, `GET /healthz` and `GET /metrics`; every other request goes to a backend. */
export function createApp({ pool, metrics, log }: AppDeps): Hono<{ Bindings: { readonly known: boolean } }> {
  const app = new Hono<{ Bindings: { readonly known: boolean } }>();
  app.onError(onError((error) => log.error("request failed", { error })));
  app.notFound(onNotFound);
  app.get("/healthz", (c) => {
    const { ok, name, instance_id, ...more } = identity("oncall-lb");
    if (!c.env.known) return c.json({ ok, name, instance_id });
    return c.json({
      ok,
      name,
      instance_id,
      ...more,
      backends: pool.members.filter((backend) => backend.health.out === undefined).map((backend) => backend.url),
      out: pool.members.filter((backend) => backend.health.out !== undefined)
        .map((backend) => ({ url: backend.url, reason: backend.health.out })),
    });
  });
  app.get("/metrics", () => metricsText(metrics.registry));
  return app;
}
