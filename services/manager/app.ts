import { Hono } from "hono";
import type { Registry } from "prom-client";
import { type Access, aliveOnly, guarded, labOnly } from "../lib/access/mod.ts";
import { ApiError, jsonBody, onError, onNotFound, parseInput } from "../lib/http/mod.ts";
import { identity } from "../lib/lifecycle/mod.ts";
import { metricsText } from "../lib/telemetry/mod.ts";
import type { EventHistory } from "./event_history.ts";
import { faultRequest, setFaults } from "./faults.ts";
import { requestSchemas } from "./requests.ts";
import type { Supervisor } from "./supervisor.ts";

/** Dependencies of the manager's HTTP API. */
export interface AppDeps {
  readonly supervisor: Supervisor;
  readonly history: EventHistory;
  readonly registry: Registry;
  /** Who may call it. */
  readonly access: Access;
  /** Whether faults may be set. */
  readonly lab: boolean;
  readonly fetch: typeof globalThis.fetch;
  readonly basePort: number;
  readonly maxPort: number;
  /** Called when a client has read the list of backends. */
  readonly backendsRead: (reader: string) => void;
  readonly report: (error: Error) => void;
}

/** The manager's routes. */
export function createApp(deps: AppDeps): Hono {
  const { supervisor, history, basePort, maxPort, access } = deps;
  const { startRequest, stopRequest, scaleRequest, eventsQuery } = requestSchemas(basePort, maxPort);

  return new Hono()
    .get("/healthz", (c) => {
      const body = { ...identity("oncall-manager"), instances: supervisor.instances.length };
      return c.json(aliveOnly(c, { access, body }));
    })
    .use(guarded(access))
    .post("/start", async (c) => {
      const { url, port } = await supervisor.start((await jsonBody(c, startRequest)).port);
      return c.json({ ok: true, port, url });
    })
    .post("/stop", async (c) => {
      const which = await jsonBody(c, stopRequest);
      return c.json({ ok: true, stopped_port: await supervisor.stop(which as { port: number } | { pid: number }) });
    })
    .post("/scale", async (c) => {
      const { replicas } = await jsonBody(c, scaleRequest);
      return c.json({ ok: true, ...await supervisor.scale(replicas) });
    })
    .get("/instances", (c) => c.json({ instances: supervisor.views }))
    .get("/backends", (c) => {
      deps.backendsRead(c.req.header("user-agent") ?? "");
      return c.json({ backends: supervisor.backends });
    })
    .get("/events", (c) => c.json({ events: history.list(parseInput(eventsQuery, c.req.query())) }))
    .post("/fault", labOnly(deps.lab), async (c) => {
      const { ports, ...fault } = await jsonBody(c, faultRequest);
      const results = await setFaults(chosen(supervisor, ports), { fault, fetch: deps.fetch });
      return c.json({ ok: true, results });
    })
    .get("/metrics", () => metricsText(deps.registry))
    .notFound(onNotFound).onError(onError(deps.report));
}

function chosen(supervisor: Supervisor, ports: readonly number[] | undefined) {
  const running = supervisor.instances.filter(({ status }) => status === "running");
  const missing = ports?.filter((port) => !running.some((instance) => instance.port === port)) ?? [];
  if (missing.length > 0) {
    throw new ApiError(
      404,
      "unknown_instance",
      `ports: no instance runs on ${missing.join(", ")}; GET /instances lists them.`,
    );
  }
  if (running.length === 0) throw new ApiError(409, "no_instances", "No instance runs; start one with POST /start.");
  return ports === undefined ? running : running.filter(({ port }) => ports.includes(port));
}
