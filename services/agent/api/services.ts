import { Hono } from "hono";
import { type Catalogue, queriesOf } from "../investigation/mod.ts";

/** `GET /api/services`: what is watched, and how Prometheus is asked for its rates. */
export function serviceRoutes({ services }: Catalogue): Hono {
  const answer = {
    services: services.map(({ name, metrics }) => {
      const queries = metrics && queriesOf(metrics);
      return { name, requests: queries?.requests() ?? null, errors: queries?.errors() ?? null };
    }),
  };
  return new Hono().get("/api/services", (c) => c.json(answer));
}
