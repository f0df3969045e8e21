import { parse } from "yaml";
import { labels, secretName } from "../pod.ts";
import { NAMESPACE, set, textWith, type Value } from "../value.ts";
import { AGENT, AGENT_PORT } from "./agent.ts";
import { BALANCER } from "./balancer.ts";
import { INVENTORY } from "./inventory.ts";

/** An object of the Prometheus operator, whose kinds are no part of Kubernetes. */
export interface OperatorObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly spec: Readonly<Record<string, unknown>>;
}

const release: Value<Record<string, string>> = {
  path: "prometheusOperator.labels",
  fallback: { release: "kube-prometheus-stack" },
  help: "labels by which your Prometheus and Alertmanager select their objects",
  schema: { type: "object", additionalProperties: { type: "string" } },
};
const interval: Value<string> = {
  path: "prometheusOperator.interval",
  fallback: "15s",
  help: "time between two scrapes",
};

/** Labels for the operator to select an object by. */
function selected(): Record<string, string> {
  return set(release);
}

function serviceMonitor(name: string, job: string): OperatorObject {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "ServiceMonitor",
    metadata: { name, labels: selected() },
    spec: {
      selector: { matchLabels: labels(name) },
      endpoints: [{
        port: "http",
        interval: set(interval),
        // The rules select by these jobs; every part names its instances itself.
        relabelings: [{ targetLabel: "job", replacement: job }],
        honorLabels: true,
        authorization: { type: "Bearer", credentials: { name: set(secretName), key: "ONCALL_TOKEN" } },
      }],
    },
  };
}

/** `config/alerts.yaml` (its text) as a PrometheusRule, group by group. */
function rules(name: string, groups: readonly string[], alerts: string): OperatorObject {
  const all = (parse(alerts) as { groups: { name: string }[] }).groups;
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: { name, labels: selected() },
    spec: { groups: all.filter((group) => groups.includes(group.name)) },
  };
}

/** The agent known to a Prometheus operator: its metrics, its alerts, and every alert of the cluster sent to it. */
export function agentMonitoring(alerts: string): OperatorObject[] {
  return [
    serviceMonitor(AGENT, "agent"),
    rules(AGENT, ["oncall"], alerts),
    {
      apiVersion: "monitoring.coreos.com/v1alpha1",
      kind: "AlertmanagerConfig",
      metadata: { name: AGENT, labels: selected() },
      spec: {
        route: {
          receiver: AGENT,
          groupBy: ["alertname", "namespace", "service"],
          groupWait: "10s",
          groupInterval: "30s",
          repeatInterval: "10m",
          routes: [{
            receiver: AGENT,
            matchers: [{ name: "alertname", value: "Watchdog" }],
            groupWait: "0s",
            groupInterval: "30s",
            repeatInterval: "55s",
          }],
        },
        receivers: [{
          name: AGENT,
          webhookConfigs: [{
            url: textWith(`http://${AGENT}.%s.svc:${AGENT_PORT}/alerts`, NAMESPACE),
            sendResolved: true,
            httpConfig: {
              authorization: { type: "Bearer", credentials: { name: set(secretName), key: "ALERT_TOKEN" } },
            },
          }],
        }],
      },
    },
  ];
}

/** The sample system known to a Prometheus operator. */
export function sampleMonitoring(alerts: string): OperatorObject[] {
  return [
    serviceMonitor(INVENTORY, "inventory"),
    serviceMonitor(BALANCER, "lb"),
    rules(INVENTORY, ["inventory"], alerts),
  ];
}
