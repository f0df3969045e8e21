import type { IConfigMap, IService, IServiceAccount } from "kubernetes-models/v1";
import type { IStatefulSet } from "kubernetes-models/apps/v1";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1";
import { ALIVE, container, labels, POD_SECURITY, secretName, WORKDIR } from "../pod.ts";
import { set, type Value } from "../value.ts";

export const AGENT = "oncall-agent";
export const AGENT_PORT = 8088;

const settings: Value<Record<string, string>> = {
  path: "agent.settings",
  fallback: {
    PROM_URL: "http://prometheus-operated.monitoring.svc:9090",
    ALERTMANAGER_URL: "http://alertmanager-operated.monitoring.svc:9093",
  },
  help: "the agent's variables that are no secret (docs/reference/configuration.md)",
  schema: { type: "object", additionalProperties: { type: "string" } },
};
const services: Value<string> = {
  path: "agent.services",
  fallback: "# The services that the agent watches: docs/your-own-services.md.\nservices: []\n",
  help: "the text of oncall.yaml",
};
const size: Value<string> = { path: "agent.storage.size", fallback: "5Gi", help: "size of the incident store" };
const resources: Value<{ requests: Record<string, string>; limits: Record<string, string> }> = {
  path: "agent.resources",
  fallback: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "1Gi" } },
  help: "of the agent's container",
  schema: { type: "object" },
};

/** What the agent is told: its services, its settings. Credentials are in a Secret that is not made here. */
export function agentConfiguration(): IConfigMap[] {
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `${AGENT}-settings`, labels: labels(AGENT) },
      data: set(settings),
    },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: `${AGENT}-services`, labels: labels(AGENT) },
      data: { "oncall.yaml": set(services) },
    },
  ];
}

/** The agent: one pod with the store's volume. A second one would wait for the store's lock, so a roll-out replaces it. */
export function agent(): [IServiceAccount, IService, IStatefulSet, IPodDisruptionBudget] {
  const selector = { matchLabels: labels(AGENT) };
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: AGENT, labels: labels(AGENT) } },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: AGENT, labels: labels(AGENT) },
      spec: { selector: labels(AGENT), ports: [{ name: "http", port: AGENT_PORT, targetPort: "http" }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: AGENT, labels: labels(AGENT) },
      spec: {
        serviceName: AGENT,
        replicas: 1,
        selector,
        template: { metadata: { labels: labels(AGENT) }, spec: agentPod() },
        volumeClaimTemplates: [{
          metadata: { name: "store" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: set(size) } } },
        }],
      },
    },
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: AGENT, labels: labels(AGENT) },
      // A node can be drained: what arrives meanwhile is kept by Alertmanager, and work goes on where it stopped.
      spec: { maxUnavailable: 1, selector },
    },
  ];
}

function agentPod(): NonNullable<NonNullable<IStatefulSet["spec"]>["template"]["spec"]> {
  const run = container("agent", AGENT_PORT, {
    env: [
      { name: "AGENT_HOST", value: "0.0.0.0" },
      { name: "ONCALL_CONFIG", value: "config/services/oncall.yaml" },
    ],
    envFrom: [{ configMapRef: { name: `${AGENT}-settings` } }, { secretRef: { name: set(secretName) } }],
    livenessProbe: ALIVE,
    resources: set(resources),
    volumeMounts: [
      { name: "store", mountPath: `${WORKDIR}/run` },
      { name: "logs", mountPath: `${WORKDIR}/logs` },
      { name: "services", mountPath: `${WORKDIR}/config/services`, readOnly: true },
    ],
  });
  return {
    serviceAccountName: AGENT,
    securityContext: POD_SECURITY,
    terminationGracePeriodSeconds: 60,
    containers: [run],
    volumes: [
      { name: "logs", emptyDir: { sizeLimit: "256Mi" } },
      { name: "services", configMap: { name: `${AGENT}-services` } },
    ],
  };
}
