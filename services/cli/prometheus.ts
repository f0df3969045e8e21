import * as v from "valibot";
import type { Context } from "./frame.ts";

const vector = v.looseObject({
  data: v.looseObject({
    result: v.array(v.looseObject({
      metric: v.record(v.string(), v.string()),
      value: v.tuple([v.number(), v.string()]),
    })),
  }),
});

/** The service whose rates and logs the command line shows; another's are in its incidents. */
export const SERVICE = "inventory";
/** Share of requests that failed over the last minute, as the alert sees it. */
export const ERROR_RATE =
  'sum(rate(http_errors_total{job="inventory"}[1m])) / sum(rate(http_requests_total{job="inventory"}[1m]))';
/** Requests per second over the last minute. */
export const REQUEST_RATE = 'sum(rate(http_requests_total{job="inventory"}[1m]))';

/** The one number that an instant query comes to; null when there is none, for nothing was measured. */
export async function instant({ api, prometheus }: Context, query: string): Promise<number | null> {
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
