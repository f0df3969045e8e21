import type { IConfigMap, IService, IServiceAccount } from "kubernetes-models/v1";
import type { IDeployment } from "kubernetes-models/apps/v1";
import type { IRole, IRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1";
import { stringify } from "yaml";
import { CONFINED, labels, POD_SECURITY } from "../pod.ts";
import { AGENT, AGENT_PORT } from "./agent.ts";
import { BALANCER } from "./balancer.ts";
import { INVENTORY } from "./inventory.ts";

/** The objects that a trial cluster without monitoring needs. */
export type TrialObject = IConfigMap | IService | IServiceAccount | IDeployment | IRole | IRoleBinding;

const PROMETHEUS = "prometheus";
const ALERTMANAGER = "alertmanager";

/** What Prometheus scrapes: the ready pods behind three Services, which the cluster lists. */
function scrapes(): Record<string, unknown>[] {
  return [["inventory", INVENTORY], ["lb", BALANCER], ["agent", AGENT]].map(([job, service]) => ({
    job_name: job,
    honor_labels: true,
    authorization: { credentials_file: "/etc/agent/ONCALL_TOKEN" },
    kubernetes_sd_configs: [{ role: "endpointslice", namespaces: { own_namespace: true } }],
    relabel_configs: [{
      source_labels: ["__meta_kubernetes_service_name"],
      regex: service,
      action: "keep",
    }],
  }));
}

/** Prometheus and Alertmanager of a trial, in the agent's own namespace: nothing is kept when their pods end. */
export function trialMonitoring(alerts: string): TrialObject[] {
  const prometheus = {
    global: { scrape_interval: "5s", scrape_timeout: "4s", evaluation_interval: "5s" },
    rule_files: ["alerts.yaml"],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`${ALERTMANAGER}:9093`] }] }] },
    scrape_configs: scrapes(),
  };
  const receiver = {
    name: AGENT,
    webhook_configs: [{
      url: `http://${AGENT}:${AGENT_PORT}/alerts`,
      send_resolved: true,
      http_config: { authorization: { credentials_file: "/etc/agent/ALERT_TOKEN" } },
    }],
  };
  const timing = { group_wait: "10s", group_interval: "30s", repeat_interval: "10m" };
  const heartbeat = { receiver: AGENT, matchers: ['alertname="Watchdog"'], group_wait: "0s", repeat_interval: "55s" };
  const alertmanager = {
    route: { receiver: AGENT, group_by: ["alertname", "service"], ...timing, routes: [heartbeat] },
    receivers: [receiver],
  };
  return [
    configMap(PROMETHEUS, { "prometheus.yaml": stringify(prometheus), "alerts.yaml": alerts }),
    configMap(ALERTMANAGER, { "alertmanager.yaml": stringify(alertmanager) }),
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: PROMETHEUS, labels: labels(PROMETHEUS) } },
    ...discovery(),
    service(PROMETHEUS, 9090),
    service(ALERTMANAGER, 9093),
    deployment(PROMETHEUS, 9090, "prom/prometheus:v3.5.0", [
      "--config.file=/etc/trial/prometheus.yaml",
      "--storage.tsdb.path=/data",
    ]),
    deployment(ALERTMANAGER, 9093, "prom/alertmanager:v0.28.1", [
      "--config.file=/etc/trial/alertmanager.yaml",
      "--storage.path=/data",
    ]),
  ];
}

function configMap(name: string, data: Record<string, string>): IConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels: labels(name) }, data };
}

function service(name: string, port: number): IService {
  const spec = { selector: labels(name), ports: [{ name: "http", port, targetPort: "http" }] };
  return { apiVersion: "v1", kind: "Service", metadata: { name, labels: labels(name) }, spec };
}

/** Prometheus's right to list what it scrapes, in this namespace only. */
function discovery(): [IRole, IRoleBinding] {
  const metadata = { name: PROMETHEUS, labels: labels(PROMETHEUS) };
  const verbs = ["get", "list", "watch"];
  const rules = [
    { apiGroups: [""], resources: ["pods", "services"], verbs },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs },
  ];
  return [
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: PROMETHEUS },
      subjects: [{ kind: "ServiceAccount", name: PROMETHEUS, namespace: "oncall" }],
    },
  ];
}

function deployment(name: string, port: number, image: string, args: string[]): IDeployment {
  const token = name === ALERTMANAGER ? "ALERT_TOKEN" : "ONCALL_TOKEN";
  const probe = { httpGet: { path: "/-/ready", port: "http" } };
  const metadata = { name, labels: labels(name) };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: labels(name) },
      template: {
        metadata: { labels: labels(name) },
        spec: {
          ...(name === ALERTMANAGER ? { automountServiceAccountToken: false } : { serviceAccountName: PROMETHEUS }),
          securityContext: POD_SECURITY,
          containers: [{
            name,
            image,
            args,
            ports: [{ name: "http", containerPort: port }],
            readinessProbe: probe,
            livenessProbe: { httpGet: { path: "/-/healthy", port: "http" } },
            resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
            securityContext: CONFINED,
            volumeMounts: [
              { name: "configuration", mountPath: "/etc/trial", readOnly: true },
              { name: "data", mountPath: "/data" },
              { name: "agent", mountPath: "/etc/agent", readOnly: true },
            ],
          }],
          volumes: [
            { name: "configuration", configMap: { name } },
            { name: "data", emptyDir: { sizeLimit: "1Gi" } },
            { name: "agent", secret: { secretName: AGENT, items: [{ key: token, path: token }] } },
          ],
        },
      },
    },
  };
}
