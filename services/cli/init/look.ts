import * as v from "valibot";
import {
  type FoundService,
  type Proposal,
  proposeMetrics,
  type SeriesLabels,
  servicesOf,
} from "../../lib/discovery/mod.ts";
import { CliError, EXIT } from "../exit.ts";

/** How a server is asked. */
export interface Asking {
  readonly fetch: typeof fetch;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A service, and what of its metrics stands for what. */
export interface Found extends FoundService {
  readonly proposal: Proposal;
  /** Labels of alert rules that name it. */
  readonly match: readonly Readonly<Record<string, string>>[];
}

const TIMEOUT_MS = 20_000;
const MOST_SERIES = 20_000;
/** Series that ended before that many seconds are none of a service's now. */
const RECENT_SECONDS = 15 * 60;

const labels = v.record(v.string(), v.string());
const upSchema = v.object({
  data: v.object({
    result: v.array(v.object({ metric: labels, value: v.tuple([v.unknown(), v.union([v.string(), v.number()])]) })),
  }),
});
const seriesSchema = v.object({ data: v.array(labels) });
const rulesSchema = v.object({
  data: v.object({
    groups: v.array(v.object({ rules: v.array(v.object({ name: v.string(), labels: v.optional(labels, {}) })) })),
  }),
});

/** The services that a Prometheus has, with what their metrics are called. */
export async function lookAtPrometheus(url: string, asking: Asking): Promise<Found[]> {
  const up = await ask(`${url}/api/v1/query?query=up`, upSchema, asking);
  const services = servicesOf(up.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) })));
  const rules = await ask(`${url}/api/v1/rules?type=alert`, rulesSchema, asking).then(
    ({ data }) => data.groups.flatMap((group) => group.rules),
    () => [],
  );
  const now = Math.floor(Date.now() / 1000);
  return await Promise.all(services.map(async (service) => {
    const params = new URLSearchParams({
      "match[]": `{${service.selector}}`,
      start: `${now - RECENT_SECONDS}`,
      end: `${now}`,
      limit: `${MOST_SERIES}`,
    });
    const { data } = await ask(`${url}/api/v1/series?${params}`, seriesSchema, asking);
    return { ...service, proposal: proposeMetrics(data), match: matchOf(service, { rules, series: data }) };
  }));
}

/** By which labels alerts of a service are told: those of rules that have its name, else its job. */
function matchOf(
  { name, selector }: FoundService,
  { rules }: { readonly rules: readonly { readonly labels: SeriesLabels }[]; readonly series: readonly SeriesLabels[] },
): Record<string, string>[] {
  const named = new Map<string, Record<string, string>>();
  for (const rule of rules) {
    for (const [label, value] of Object.entries(rule.labels)) {
      if (value === name && label !== "severity") named.set(label, { [label]: value });
    }
  }
  const own = Object.fromEntries(
    selector.split(",").map((part) => /^(\w+)="(.*)"$/.exec(part)).flatMap((match) =>
      match ? [[match[1]!, match[2]!]] : []
    ),
  );
  return [...named.values(), { service: name }, own].filter((one, index, all) =>
    all.findIndex((other) => JSON.stringify(other) === JSON.stringify(one)) === index
  );
}

/** Whether an Alertmanager sends to an agent: the addresses of its webhooks. */
export async function lookAtAlertmanager(
  url: string,
  asking: Asking,
): Promise<{ readonly receivers: number; readonly webhooks: string[] }> {
  const schema = v.object({ config: v.object({ original: v.string() }) });
  const { config } = await ask(`${url}/api/v2/status`, schema, asking);
  const webhooks = [...config.original.matchAll(/^\s{0,20}(?:- )?\s{0,20}url: ["']?(\S{1,300}?)["']?$/gm)].map((
    match,
  ) => match[1]!);
  return { receivers: [...config.original.matchAll(/^\s{0,20}- name: /gm)].length, webhooks };
}

/** The label by which a Loki names services, with its values. */
export async function lookAtLoki(
  url: string,
  asking: Asking,
): Promise<{ readonly label: string; readonly values: string[] } | undefined> {
  const schema = v.object({ data: v.optional(v.nullable(v.array(v.string()))) });
  for (const label of ["service_name", "app", "service", "container", "job", "compose_service"]) {
    const { data } = await ask(`${url}/loki/api/v1/label/${label}/values`, schema, asking);
    const values = (data ?? []).filter((value) => value !== "unknown_service");
    if (values.length > 0) return { label, values };
  }
  return undefined;
}

/** Names of the services in the traces of a Tempo or a Jaeger. */
export async function lookAtTraces(kind: "tempo" | "jaeger", url: string, asking: Asking): Promise<string[]> {
  if (kind === "jaeger") {
    const schema = v.object({ data: v.optional(v.nullable(v.array(v.string()))) });
    return (await ask(`${url}/api/services`, schema, asking)).data ?? [];
  }
  const schema = v.object({
    tagValues: v.optional(v.array(v.union([v.string(), v.object({ value: v.string() })])), []),
  });
  const { tagValues } = await ask(`${url}/api/v2/search/tag/resource.service.name/values`, schema, asking);
  return tagValues.map((one) => typeof one === "string" ? one : one.value);
}

async function ask<T>(
  url: string,
  schema: v.GenericSchema<unknown, T>,
  { fetch, headers, signal }: Asking,
): Promise<T> {
  const { origin } = new URL(url);
  let response: Response;
  let body: string;
  try {
    response = await fetch(url, { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
    body = await response.text();
  } catch (cause) {
    throw new CliError(
      EXIT.notWell,
      `${origin} cannot be reached: check the address (${(cause as Error).message.slice(0, 200)})`,
    );
  }
  if (response.status === 401 || response.status === 403) {
    throw new CliError(
      EXIT.notWell,
      `${origin} answered ${response.status}: name its credentials with --token-env, or --username and --password-env`,
    );
  }
  let parsed: v.SafeParseResult<v.GenericSchema<unknown, T>> | undefined;
  try {
    parsed = v.safeParse(schema, JSON.parse(body));
  } catch {
    parsed = undefined;
  }
  if (response.ok && parsed?.success) return parsed.output;
  throw new CliError(
    EXIT.notWell,
    `${url.split("?")[0]} answered ${response.status}, not in the form of its API: check the address (with its path)`,
  );
}
