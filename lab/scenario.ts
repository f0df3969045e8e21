import { parse } from "yaml";
import * as v from "valibot";
import { COSTLY } from "./cost.ts";

/** A mistake in a scenario file; the message names the file, the field and what was expected. */
export class ScenarioError extends Error {
  override name = "ScenarioError";
}

const seconds = v.pipe(v.number("expected seconds"), v.minValue(0, "expected seconds from 0"));
const rate = v.pipe(
  v.number("expected requests/s"),
  v.minValue(0, "expected requests/s from 0"),
  v.maxValue(500, "expected at most 500 requests/s: the load is bounded"),
);
const instance = v.pipe(v.string(), v.regex(/^inv\d$/, "expected an instance's name, inv1 to inv6"));
const kinds = ["code", "errors", "latency", "cpu", "memory", "crash", "load", "control"] as const;

/** Requests that are sent beside the others, `from` one time until another. */
const stream = v.strictObject({
  from: v.optional(seconds, 0),
  until: v.optional(seconds),
  rps: rate,
  /** Rises or falls evenly to this rate; without it the rate is constant. */
  to_rps: v.optional(rate),
  /** Four of five requests go here, the others to items; without it all go to items. */
  path: v.optional(v.pipe(v.string(), v.startsWith("/"))),
  put_share: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.3),
  keyspace: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 200),
});

const fault = v.strictObject({
  mode: v.picklist(["none", "latency", "errors", "cpu", "oom_safe", "crash"]),
  latency_ms: v.optional(v.number()),
  p_error: v.optional(v.number()),
  cpu_ms: v.optional(v.number()),
});

/** Something that is done to the system, `at` a time. */
const step = v.union([
  v.strictObject({
    at: seconds,
    fault,
    /** Default: every instance. */
    on: v.optional(v.array(instance)),
    /** Its parameters grow evenly to their values in this time. */
    ramp: v.optional(seconds, 0),
    /** It is set again, so often and so long after one another: an instance that was restarted has none. */
    again: v.optional(v.strictObject({ every: seconds, times: v.pipe(v.number(), v.integer(), v.minValue(1)) })),
  }),
  v.strictObject({ at: seconds, scale: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(6)) }),
  v.strictObject({ at: seconds, restart: instance }),
  v.strictObject({ at: seconds, kill: instance }),
  /** Its process is stopped, and goes on after so long; without it, never. */
  v.strictObject({ at: seconds, freeze: instance, for: v.optional(seconds) }),
  /** Somebody raises an alert by hand: the rules have no reason to. */
  v.strictObject({
    at: seconds,
    page: v.string(),
    service: v.optional(v.string(), "inventory"),
    severity: v.optional(v.string(), "critical"),
  }),
], "expected one of fault, scale, restart, kill, freeze, page, and its time in `at`");

const truth = v.strictObject({
  /** Categories of a diagnosis that are right. */
  category: v.pipe(v.array(v.string()), v.minLength(1)),
  instances: v.optional(v.array(instance)),
  routes: v.optional(v.array(v.string())),
  /** Where the cause is code: the file and a piece of the line. */
  code: v.optional(v.strictObject({
    file: v.pipe(v.string(), v.regex(/^services\/.+\.ts$/, "expected a path in the repository")),
    marker: v.string(),
    /** `metrics`: no stack tells the place, and a diagnosis that names another one is wrong. */
    found_by: v.optional(v.picklist(["stack", "metrics"]), "stack"),
  })),
});

const schema = v.pipe(
  v.strictObject({
    title: v.pipe(v.string(), v.nonEmpty("expected one sentence")),
    kind: v.picklist(kinds),
    seed: v.pipe(v.number(), v.integer()),
    instances: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(6)), 2),
    /** How long it lasts at most. */
    duration: seconds,
    /** When the trouble begins; times to the alert and the diagnosis count from here. */
    onset: v.optional(seconds, 0),
    /** It needs a processor of its own, so nothing else runs beside it. */
    alone: v.optional(v.boolean(), false),
    traffic: v.array(stream),
    /**
     * Each request of all streams is sent so many times at once that those to `path` take this time, all together. What
     * computes takes less time on a faster machine, and what is to be noticed is the time.
     */
    at_once: v.optional(v.strictObject({
      path: v.picklist(Object.keys(COSTLY), `expected one of ${Object.keys(COSTLY).join(", ")}`),
      take: v.pipe(seconds, v.maxValue(10, "expected at most 10 s: requests are given up after that")),
    })),
    steps: v.optional(v.array(step), []),
    truth: v.union([v.literal("none"), truth], 'expected "none", or what is true'),
  }),
  v.check(
    ({ kind, truth }) => (kind === "control") === (truth === "none"),
    'expected truth "none" in controls, and nowhere else',
  ),
  v.check(
    ({ steps, traffic, duration }) =>
      steps.every((s) => s.at < duration) && traffic.every((s) => s.from < (s.until ?? duration)),
    "expected every step and stream to begin before the end",
  ),
  v.check(({ kind, steps }) => kind !== "control" || steps.some((s) => "page" in s), "expected a page in a control"),
);

/** One situation and the truth about it. Times are seconds with the shipped windows; the runner shortens them. */
export type Scenario = v.InferOutput<typeof schema> & { readonly name: string };
/** A step of a scenario. */
export type Step = v.InferOutput<typeof step>;
/** A stream of requests. */
export type Stream = v.InferOutput<typeof stream>;
/** What is true, other than `none`. */
export type Truth = v.InferOutput<typeof truth>;

/**
 * A scenario from its YAML text.
 *
 * @throws {ScenarioError} naming every field that is wrong.
 */
export function parseScenario(name: string, text: string): Scenario {
  let input: unknown;
  try {
    input = parse(text);
  } catch (cause) {
    throw new ScenarioError(`${name}: ${(cause as Error).message.split("\n")[0]}`, { cause });
  }
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return { ...parsed.output, name };
  const problems = parsed.issues.map((issue) => {
    const path = issue.path?.map((item) => String(item.key)).join(".");
    return `${path ?? "the file"}: ${issue.message}`;
  });
  throw new ScenarioError(`${name}: ${problems.join("; ")}`);
}

const FOLDER = new URL("./scenarios/", import.meta.url);

/** Every scenario, by name. @throws {ScenarioError} */
export async function loadScenarios(): Promise<Scenario[]> {
  const scenarios: Scenario[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) {
    if (!name.endsWith(".yaml")) continue;
    scenarios.push(parseScenario(name.slice(0, -".yaml".length), await Deno.readTextFile(new URL(name, FOLDER))));
  }
  return scenarios.sort((a, b) => a.name.localeCompare(b.name));
}
