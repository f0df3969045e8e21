import { Hono } from "hono";
import * as v from "valibot";
import { ApiError, jsonBody } from "../../lib/http/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import type { Store } from "../incidents/mod.ts";
import type { Model } from "../model/mod.ts";
import { createOpenAiBrain } from "./brains/openai/openai.ts";
import { catalogueOf } from "./catalogue/mod.ts";
import { replay } from "./replay.ts";
import type { InvestigationOptions } from "./settings.ts";

/** What the routes work with. */
export interface InvestigationRoutesDeps {
  readonly store: Store;
  readonly log: Logger;
  readonly settings: InvestigationOptions;
  readonly model: Model;
}

/** Body of `POST /api/incidents/{id}/replay`. */
export const replaySchema = v.strictObject({
  brain: v.optional(v.picklist(["rules", "openai"], "expected rules or openai"), "rules"),
});

/** `POST /api/incidents/{id}/replay` `{brain?}`: the investigation once more, on what was recorded. */
export function investigationRoutes({ store, log, settings, model }: InvestigationRoutesDeps): Hono {
  const catalogue = catalogueOf(settings);
  return new Hono().post("/api/incidents/:id/replay", async (c) => {
    const { brain } = await jsonBody(c, replaySchema);
    const view = await store.view(c.req.param("id"));
    if (view === undefined) {
      throw new ApiError(
        404,
        "incident_not_found",
        `There is no incident ${c.req.param("id")}; GET /api/incidents lists them.`,
      );
    }
    if (view.diagnosis === null) {
      throw new ApiError(409, "not_diagnosed", "The incident has no diagnosis yet; try again when it has.");
    }
    if (brain === "openai" && !model.configured) {
      throw new ApiError(
        409,
        "no_model",
        "No model is configured: set OPENAI_API_KEY, or OPENAI_BASE_URL, for the agent.",
      );
    }
    const asked = brain === "openai" ? createOpenAiBrain({ model, meter: model.budget.meter(0) }) : undefined;
    const limits = { steps: settings.investigationSteps, budgetMs: settings.investigationBudgetSec * 1000 };
    return c.json(await replay(view, { catalogue, limits, model: asked, signal: c.req.raw.signal, log }));
  });
}
