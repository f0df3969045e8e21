import { parse } from "yaml";
import * as v from "valibot";
import { ScenarioError } from "../scenario.ts";
import { KINDS } from "./kinds.ts";
import { UNITS } from "./unit_settings.ts";

const seconds = v.pipe(v.number("expected seconds"), v.minValue(0, "expected seconds from 0"));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const unit = v.picklist(UNITS, "expected a program of the shop");
const SERVICES = [
  "gateway",
  "orders",
  "payments",
  "catalog",
  "shipping",
  "database",
  "cache",
  "inventory",
  "acquirer",
] as const;
const service = v.picklist(SERVICES, "expected a service of the shop");

const mix = v.partial(v.strictObject({
  rps: v.pipe(v.number(), v.gtValue(0), v.maxValue(100)),
  orders: share,
  search: share,
  freight: share,
  missing: share,
  hot: v.pipe(v.number(), v.integer(), v.minValue(2)),
}));

/** Something that is done to the shop, `at` a time. */
const step = v.union([
  v.strictObject({ at: seconds, traffic: mix }),
  /** Ends a program; `for` so long, without it for good. */
  v.strictObject({ at: seconds, kill: unit, for: v.optional(seconds) }),
  v.strictObject({ at: seconds, freeze: unit, for: v.optional(seconds) }),
  v.strictObject({ at: seconds, restart: unit }),
  /** Other code, from `releases/`, on all of its instances or on one. */
  v.strictObject({ at: seconds, release: v.string(), on: v.optional(unit) }),
  /** Other values in its settings' file, by path; it is restarted. */
  v.strictObject({ at: seconds, settings: unit, values: v.record(v.string(), v.unknown()) }),
  v.strictObject({ at: seconds, sql: v.string() }),
  /** The file system under the database's journal has no room left. */
  v.strictObject({ at: seconds, full_disk: v.literal(true) }),
  v.strictObject({
    at: seconds,
    acquirer: v.partial(v.strictObject({ key: v.string(), limit: v.number(), answersInMs: v.number() })),
  }),
  /** The acquirer's certificate, valid until so many hours ago. */
  v.strictObject({ at: seconds, certificate_ended_hours_ago: v.number() }),
  v.strictObject({
    at: seconds,
    inventory: v.strictObject({
      mode: v.picklist(["none", "latency", "errors"]),
      latency_ms: v.optional(v.number()),
      p_error: v.optional(v.number()),
    }),
  }),
  v.strictObject({ at: seconds, page: v.string(), service, severity: v.optional(v.string(), "critical") }),
], "expected what is done, and its time in `at`");

const truth = v.strictObject({
  /** The service at fault; several where more than one answer is right. */
  service: v.pipe(v.array(service), v.minLength(1)),
  kind: v.pipe(v.array(v.picklist(Object.keys(KINDS))), v.minLength(1)),
  /** Where the cause is code. */
  code: v.optional(v.strictObject({ file: v.string(), marker: v.string() })),
  /** Where it is one instance. */
  instance: v.optional(unit),
  /** Words one of which names the resource or the peer. */
  place: v.optional(v.pipe(v.array(v.string()), v.minLength(1))),
});

const schema = v.pipe(
  v.strictObject({
    title: v.pipe(v.string(), v.nonEmpty("expected one sentence")),
    seed: v.pipe(v.number(), v.integer()),
    /** Hops from the service that pages to the one at fault. */
    distance: v.optional(v.picklist([1, 2, 3])),
    duration: v.optional(seconds, 300),
    onset: v.optional(seconds, 60),
    /** Services that have alert rules; all when it is absent. */
    rules: v.optional(v.array(service)),
    traffic: v.optional(mix, {}),
    steps: v.optional(v.array(step), []),
    truth: v.union([v.literal("none"), v.pipe(v.array(truth), v.minLength(1))], 'expected "none", or what is true'),
  }),
  v.check(({ steps, duration }) => steps.every(({ at }) => at < duration), "expected every step before the end"),
  v.check(({ truth, distance }) => (truth === "none") === (distance === undefined), "expected a distance with a truth"),
);

/** One situation of the shop and the truth about it. Times are seconds with the shipped windows; the runner shortens them. */
export type ShopScenario = v.InferOutput<typeof schema> & { readonly name: string };
export type ShopStep = v.InferOutput<typeof step>;
export type ShopTruth = v.InferOutput<typeof truth>;

/** A scenario from its YAML text. @throws {ScenarioError} naming every field that is wrong */
export function parseShopScenario(name: string, text: string): ShopScenario {
  const parsed = v.safeParse(schema, parse(text));
  if (parsed.success) return { ...parsed.output, name };
  const problems = parsed.issues.map((issue) =>
    `${issue.path?.map((item) => String(item.key)).join(".") ?? "the file"}: ${issue.message}`
  );
  throw new ScenarioError(`${name}: ${problems.join("; ")}`);
}

const FOLDER = new URL("./scenarios/", import.meta.url);

/** Every scenario of the shop, by name. @throws {ScenarioError} */
export async function loadShopScenarios(): Promise<ShopScenario[]> {
  const scenarios: ShopScenario[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) {
    const text = await Deno.readTextFile(new URL(name, FOLDER));
    scenarios.push(parseShopScenario(name.slice(0, -".yaml".length), text));
  }
  return scenarios.sort((a, b) => a.name.localeCompare(b.name));
}
