import * as v from "valibot";
import { connectionName, labelName, metricName, positive, selector, text } from "./fields.ts";

/**
 * A metric, and where it needs more than the service's own selector, further label matchers; `only` stands in place of the
 * service's own. Or a query of one's own, which the agent sums.
 */
const metric = v.pipe(
  v.strictObject({
    metric: v.optional(metricName),
    selector: v.optional(selector),
    only: v.optional(selector),
    query: v.optional(text),
  }),
  v.check(
    ({ metric, query }) => (metric === undefined) !== (query === undefined),
    "expected metric or query, one of them",
  ),
  v.check(
    ({ query, selector, only }) => query === undefined || (selector ?? only) === undefined,
    "expected the selector inside of query",
  ),
);

/** The metrics of one service by what they measure. */
export const metricsSchema = v.strictObject({
  connection: v.optional(connectionName),
  selector,
  window: v.optional(v.pipe(v.string(), v.regex(/^\d+(s|m|h)$/, "expected a duration like 1m")), "1m"),
  labels: v.optional(
    v.strictObject({
      instance: v.optional(labelName, "instance"),
      name: v.optional(labelName),
      route: v.optional(labelName),
      status: v.optional(labelName),
    }),
    {},
  ),
  requests: v.optional(metric),
  errors: v.optional(metric),
  latency: v.optional(v.strictObject({
    metric: metricName,
    selector: v.optional(selector),
    only: v.optional(selector),
    unit: v.optional(v.picklist(["seconds", "milliseconds"], "expected seconds or milliseconds"), "seconds"),
    /** `summary`: the program computes quantiles itself; `average`: there are only sum and count. */
    type: v.optional(
      v.picklist(["histogram", "summary", "average"], "expected histogram, summary or average"),
      "histogram",
    ),
  })),
  cpu: v.optional(metric),
  memory: v.optional(metric),
  start_time: v.optional(metric),
  /** Matchers of the series `up`, where the service's own do not fit it. */
  up: v.optional(selector),
  ignore_routes: v.optional(v.array(v.string()), []),
});

/** Limits of normal operation. */
export const objectivesSchema = v.strictObject({
  error_percent: v.optional(positive, 5),
  latency_ms: v.optional(positive, 1000),
  cpu_cores: v.optional(positive, 0.8),
  memory_mb: v.optional(positive, 1024),
  /** Limits of single routes, by the value of the route label. */
  routes: v.optional(v.record(
    v.string(),
    v.strictObject({ error_percent: v.optional(positive), latency_ms: v.optional(positive) }),
  )),
});

/** What is normal for one route: its own limits, else the service's. */
export function routeLimits(
  objectives: {
    readonly error_percent: number;
    readonly latency_ms: number;
    readonly routes?: v.InferOutput<typeof objectivesSchema>["routes"];
  },
  route: string,
): { readonly error_percent: number; readonly latency_ms: number } {
  const own = objectives.routes?.[route];
  return {
    error_percent: own?.error_percent ?? objectives.error_percent,
    latency_ms: own?.latency_ms ?? objectives.latency_ms,
  };
}
