import { stringify } from "yaml";
import {
  agent,
  agentConfiguration,
  agentMonitoring,
  agentPolicy,
  balancer,
  clusterAccess,
  inventory,
  sampleMonitoring,
  samplePolicies,
  trialMonitoring,
} from "./parts/mod.ts";
import { NAMESPACE, replaced } from "./value.ts";

/** Files by their paths. */
export type Files = Record<string, string>;

/** The first line of every file: who writes it. */
export const WRITTEN = "# Written by deno task manifests; change tasks/kubernetes instead.\n";

/** Objects as YAML documents, with every value's default. */
export function documents(objects: readonly unknown[]): string {
  const plain = objects.map((object) => replaced(object, (placeholder) => placeholder.fallback));
  return WRITTEN +
    plain.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join("---\n");
}

function kustomization(fields: Readonly<Record<string, unknown>>): string {
  const head = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" };
  return WRITTEN + stringify({ ...head, ...fields }, { lineWidth: 0 });
}

/** The namespace, which refuses a pod with privileges. */
function namespace(): Record<string, unknown> {
  const level = "pod-security.kubernetes.io";
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: {
      name: NAMESPACE.fallback,
      labels: { [`${level}/enforce`]: "restricted", [`${level}/warn`]: "restricted" },
    },
  };
}

/** Changes a policy's monitoring namespace to the trial's own. */
function ownMonitoring(policy: string, paths: readonly string[]): Record<string, unknown> {
  const name = "namespaceSelector/matchLabels/kubernetes.io~1metadata.name";
  const patch = paths.map((path) => ({ op: "replace", path: `${path}/${name}`, value: NAMESPACE.fallback }));
  return { target: { kind: "NetworkPolicy", name: policy }, patch: stringify(patch) };
}

/** The base (the agent), the sample system, and two overlays, below `config/kubernetes/`. */
export function kustomizeFiles(alerts: string): Files {
  const trialSettings = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "oncall-agent-settings" },
    data: {
      PROM_URL: "http://prometheus:9090",
      ALERTMANAGER_URL: "http://alertmanager:9093",
      LB_URL: "http://oncall-lb:9000",
    },
  };
  return {
    "base/kustomization.yaml": kustomization({
      namespace: NAMESPACE.fallback,
      resources: ["namespace.yaml", "agent.yaml", "cluster_access.yaml"],
    }),
    "base/namespace.yaml": documents([namespace()]),
    "base/agent.yaml": documents([...agentConfiguration(), ...agent(), agentPolicy()]),
    "base/cluster_access.yaml": documents(clusterAccess()),
    "sample/kustomization.yaml": kustomization({
      namespace: NAMESPACE.fallback,
      resources: ["inventory.yaml", "balancer.yaml", "network_policies.yaml"],
    }),
    "sample/inventory.yaml": documents(inventory()),
    "sample/balancer.yaml": documents(balancer()),
    "sample/network_policies.yaml": documents(samplePolicies()),
    "overlays/prometheus-operator/kustomization.yaml": kustomization({
      namespace: NAMESPACE.fallback,
      resources: ["../../base", "agent_monitoring.yaml"],
    }),
    "overlays/prometheus-operator/agent_monitoring.yaml": documents(agentMonitoring(alerts)),
    "overlays/prometheus-operator-sample/kustomization.yaml": kustomization({
      namespace: NAMESPACE.fallback,
      resources: ["../prometheus-operator", "../../sample", "sample_monitoring.yaml"],
    }),
    "overlays/prometheus-operator-sample/sample_monitoring.yaml": documents(sampleMonitoring(alerts)),
    "overlays/trial/kustomization.yaml": kustomization({
      namespace: NAMESPACE.fallback,
      resources: ["../../base", "../../sample", "monitoring.yaml"],
      patches: [
        { path: "settings.yaml" },
        ownMonitoring("oncall-agent", ["/spec/ingress/0/from/0", "/spec/egress/1/to/0"]),
        ownMonitoring("oncall-inventory", ["/spec/ingress/1/from/0"]),
      ],
    }),
    "overlays/trial/monitoring.yaml": documents(trialMonitoring(alerts)),
    "overlays/trial/settings.yaml": documents([trialSettings]),
  };
}
