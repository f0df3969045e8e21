import { Hono } from "hono";
import { compress } from "hono/compress";
import type { Registry } from "prom-client";
import { type Access, aliveOnly, callOf, unknownHost } from "../lib/access/mod.ts";
import { ApiError, onError, onNotFound } from "../lib/http/mod.ts";
import { identity } from "../lib/lifecycle/mod.ts";
import { metricsText } from "../lib/telemetry/mod.ts";
import { type EventStreams, incidentRoutes, serviceRoutes } from "./api/mod.ts";
import type { Catalogue } from "./investigation/mod.ts";
import type { Guard } from "./console/mod.ts";
import { type Store, StoreUnavailable } from "./incidents/mod.ts";

/** What the agent's HTTP face is made of. */
export interface AppDeps {
  readonly store: Store;
  /** The services that are watched. */
  readonly catalogue: Catalogue;
  readonly registry: Registry;
  readonly events: EventStreams;
  /** Under which names it may be called. */
  readonly access: Access;
  /** Who may read and write through the API. */
  readonly guard: Guard;
  /** Routes of the rooms: intake, operator, …, console. */
  readonly rooms: readonly Hono[];
  /** Fields of `/healthz` beside the identity; while the agent can't do its work, `ok` is false. */
  readonly health: () => Promise<Record<string, unknown> & { readonly ok: boolean }>;
  readonly report: (error: Error) => void;
}

/** Everything that the agent answers. */
export function createApp(deps: AppDeps): Hono {
  const { store, catalogue, registry, events, access, guard, rooms, health, report } = deps;
  const app = new Hono()
    .use(compress())
    .use(async (c, next) => {
      const call = callOf(c);
      // Deliveries have rules of their own: one that is refused is told to people.
      const isDelivery = c.req.path === "/alerts" || c.req.path === "/changes";
      if (!isDelivery && !access.holdsToken(call) && !access.knowsHost(call)) throw unknownHost(call);
      await next();
    })
    .get("/healthz", async (c) => {
      const fields = await health();
      const body = { ...identity("oncall-agent"), ...fields };
      return c.json(aliveOnly(c, { access, body }), fields.ok ? 200 : 503);
    })
    .use("/metrics", guard.middleware())
    .get("/metrics", () => metricsText(registry))
    .use("/api/*", guard.middleware());
  for (const room of [incidentRoutes(store), serviceRoutes(catalogue), events.routes(), ...rooms]) app.route("/", room);
  const answer = onError(report);
  return app.notFound(onNotFound).onError((error, c) => {
    if (!(error instanceof StoreUnavailable)) return answer(error, c);
    c.header("retry-after", "5");
    return answer(new ApiError(503, "store_unavailable", "The store cannot be used now: try again soon."), c);
  });
}
