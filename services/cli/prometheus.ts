import * as v from "valibot";
import { CliError, EXIT } from "./exit.ts";
import type { Context } from "./frame.ts";

const vector = v.looseObject({
  data: v.looseObject({
    result: v.array(v.looseObject({
      metric: v.record(v.string(), v.string()),
      value: v.tuple([v.number(), v.string()]),
    })),
  }),
});

/** A service that the agent watches, and how Prometheus is asked about it. */
export interface WatchedService {
  readonly name: string;
  /** Requests per second; null where they are not measured. */
  readonly requests: string | null;
  /** Of those, the failed ones. */
  readonly errors: string | null;
}

/** What is watched as long as the agent does not say otherwise. */
export const INVENTORY: WatchedService = {
  name: "inventory",
  requests: 'sum(rate(http_requests_total{job="inventory"}[1m]))',
  errors: 'sum(rate(http_errors_total{job="inventory"}[1m]))',
};

const serviceList = v.looseObject({
  services: v.array(v.object({
    name: v.string(),
    requests: v.nullable(v.string()),
    errors: v.nullable(v.string()),
  })),
});

/**
 * The service of that name; without one, the first that the agent watches and measures.
 *
 * @throws {CliError} when the agent does not answer, or watches no such service.
 */
export async function watchedService({ api, agent }: Context, name?: string): Promise<WatchedService> {
  const { services } = await api.call(agent, { path: "/api/services", schema: serviceList, timeoutMs: 3_000 });
  const found = name === undefined
    ? services.find(({ requests }) => requests !== null) ?? services[0]
    : services.find((service) => service.name === name);
  if (found !== undefined) return found;
  const names = services.map((service) => service.name).join(", ") || "none";
  throw new CliError(
    EXIT.notWell,
    name === undefined
      ? "The agent watches no service: name one in its catalogue (ONCALL_CONFIG)."
      : `The agent watches no service ${JSON.stringify(name)}; it watches: ${names}.`,
  );
}

/** Requests per second, and the share of them that failed, over the last minutes; null for what was not measured. */
export async function ratesOf(
  context: Context,
  { requests, errors }: WatchedService,
): Promise<{ requestRate: number | null; errorRate: number | null }> {
  const [requestRate, failing] = await Promise.all(
    [requests, errors].map((query) => query === null ? null : instant(context, query)),
  );
  // What never failed has no series of failures.
  const share = requestRate && errors !== null ? (failing ?? 0) / requestRate : null;
  return { requestRate: requestRate ?? null, errorRate: share };
}

/** The one number that an instant query comes to; null when there is none, for nothing was measured. */
async function instant({ api, prometheus }: Context, query: string): Promise<number | null> {
  const { data } = await api.call(prometheus, {
    path: "/api/v1/query",
    query: { query },
    schema: vector,
    timeoutMs: 5_000,
  });
  const value = Number(data.result[0]?.value[1] ?? NaN);
  return Number.isFinite(value) ? value : null;
}

const alertList = v.looseObject({
  data: v.looseObject({
    alerts: v.array(v.looseObject({
      labels: v.record(v.string(), v.string()),
      annotations: v.nullish(v.record(v.string(), v.string()), {}),
      state: v.string(),
      activeAt: v.nullish(v.string(), ""),
    })),
  }),
});

/** An alert that is pending or firing. */
export interface ActiveAlert {
  readonly name: string;
  readonly state: string;
  readonly since: string;
  /** What is wrong, by the rule's own words; empty when it has none. */
  readonly summary: string;
  /** How long its condition must last before it fires, where that was asked for. */
  readonly forSeconds?: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Prometheus' alerts, without the one that always fires. */
export async function activeAlerts({ api, prometheus }: Context): Promise<ActiveAlert[]> {
  const { data } = await api.call(prometheus, { path: "/api/v1/alerts", schema: alertList, timeoutMs: 5_000 });
  return data.alerts.filter(({ labels }) => labels.alertname !== "Watchdog").map((alert) => ({
    name: alert.labels.alertname ?? "?",
    state: alert.state,
    since: alert.activeAt,
    summary: alert.annotations.summary ?? "",
    labels: alert.labels,
  }));
}

const ruleList = v.looseObject({
  data: v.looseObject({
    groups: v.array(v.looseObject({
      rules: v.array(v.looseObject({ name: v.string(), duration: v.nullish(v.number()) })),
    })),
  }),
});

/** How long each alert's condition must last before it fires, in seconds, by the alert's name. */
export async function ruleDurations({ api, prometheus }: Context): Promise<Map<string, number>> {
  const { data } = await api.call(prometheus, {
    path: "/api/v1/rules",
    query: { type: "alert" },
    schema: ruleList,
    timeoutMs: 5_000,
  });
  const rules = data.groups.flatMap((group) => group.rules);
  return new Map(rules.flatMap(({ name, duration }) => duration ? [[name, duration] as const] : []));
}
