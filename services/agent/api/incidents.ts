import { Hono } from "hono";
import * as v from "valibot";
import { ApiError, parseInput } from "../../lib/http/mod.ts";
import type { IncidentQuery, Store } from "../incidents/mod.ts";

const LIMIT = "expected a whole number from 1 to 500";

/** Query of `GET /api/incidents`. */
export const incidentsQuery = v.strictObject({
  limit: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,9}$/, LIMIT), v.transform(Number), v.minValue(1, LIMIT), v.maxValue(500, LIMIT)),
    "50",
  ),
  state: v.optional(
    v.picklist(
      ["open", "investigating", "diagnosed", "resolved"],
      "expected open, investigating, diagnosed or resolved",
    ),
  ),
  service: v.optional(v.pipe(v.string(), v.nonEmpty("expected a service's name"))),
  severity: v.optional(v.pipe(v.string(), v.nonEmpty("expected a severity, e.g. critical"))),
  q: v.optional(v.pipe(v.string(), v.maxLength(1_000, "expected at most 1000 characters"))),
  order: v.optional(v.picklist(["newest", "open_first"], "expected newest or open_first")),
  cursor: v.optional(v.pipe(v.string(), v.regex(/^o?\d{1,15}$/, "expected `next` of the page before"))),
});

/** `GET /api/incidents` and `GET /api/incidents/{id or code}`. */
export function incidentRoutes(store: Store): Hono {
  return new Hono()
    .get("/api/incidents", async (c) => {
      const { state, service, severity, q, order, cursor, limit } = parseInput(incidentsQuery, single(c.req.queries()));
      if (cursor?.startsWith("o") && order !== "open_first") {
        throw new ApiError(400, "invalid_input", "cursor: it is of order=open_first, which is not asked for");
      }
      const page: IncidentQuery = {
        limit,
        ...(state === undefined ? {} : { state }),
        ...(service === undefined ? {} : { service }),
        ...(severity === undefined ? {} : { severity }),
        ...(q === undefined ? {} : { q }),
        ...(order === undefined ? {} : { order }),
        ...(cursor === undefined ? {} : { cursor }),
      };
      return c.json(await store.list(page));
    })
    .get("/api/incidents/:id", async (c) => {
      const id = c.req.param("id");
      const view = await store.view(id);
      if (view === undefined) {
        throw new ApiError(404, "not_found", `No incident has the id or code ${id.slice(0, 100)}.`);
      }
      return c.json(view);
    });
}

function single(queries: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(queries).map(([name, values]) => {
      if (values.length > 1) throw new ApiError(400, "invalid_input", `${name}: expected once`);
      return [name, values[0]!];
    }),
  );
}
