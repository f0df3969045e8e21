import { Hono } from "hono";
import { catalogueOf } from "./catalogue/mod.ts";
import { learnGraph, type ServiceGraph } from "./graph/mod.ts";
import type { InvestigationOptions } from "./settings.ts";
import { createSources } from "./sources/mod.ts";

/** What `GET /api/graph` answers. */
export interface GraphAnswer extends ServiceGraph {
  readonly at: string;
  /** What could not be asked, in words. */
  readonly missing: readonly string[];
}

const TIME_LIMIT_MS = 5_000;
/** A page that draws it asks again and again; Prometheus need not be asked each time. */
const FRESH_MS = 15_000;

/** `GET /api/graph`: who calls whom, as declared and as metrics tell it now. */
export function graphRoutes(
  { settings, fetch, now }: {
    readonly settings: InvestigationOptions;
    readonly fetch: typeof globalThis.fetch;
    readonly now: () => Date;
  },
): Hono {
  const catalogue = catalogueOf(settings);
  const sources = createSources(settings, { fetch, now, catalogue });
  let kept: { readonly until: number; readonly answer: Promise<GraphAnswer> } | undefined;
  const learn = async (): Promise<GraphAnswer> => {
    const signal = AbortSignal.timeout(TIME_LIMIT_MS);
    const options = { services: catalogue.services, prometheusOf: sources.metrics, now, signal };
    const { graph, missing } = await learnGraph(options);
    return { at: now().toISOString(), ...graph, missing };
  };
  return new Hono().get("/api/graph", async (c) => {
    if (kept === undefined || performance.now() > kept.until) {
      kept = { until: performance.now() + FRESH_MS, answer: learn() };
      kept.answer.catch(() => kept = undefined);
    }
    return c.json(await kept.answer);
  });
}
