import type { IPersistentVolumeClaim, IService } from "kubernetes-models/v1";
import type { IDeployment } from "kubernetes-models/apps/v1";
import type { IHorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1";
import { ALIVE, container, labels, POD_SECURITY, systemToken, WORKDIR } from "../pod.ts";
import { set, type Value } from "../value.ts";

export const INVENTORY = "oncall-inventory";
export const INVENTORY_PORT = 8001;

const fewest: Value<number> = { path: "inventory.minReplicas", fallback: 2, help: "fewest pods of the inventory" };
const most: Value<number> = { path: "inventory.maxReplicas", fallback: 6, help: "most pods of the inventory" };
const size: Value<string> = { path: "inventory.storage.size", fallback: "1Gi", help: "size of the items' volume" };
const resources: Value<{ requests: Record<string, string>; limits: Record<string, string> }> = {
  path: "inventory.resources",
  fallback: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
  help: "of an inventory's container",
  schema: { type: "object" },
};

/** The inventory, scaled by the cluster. */
export function inventory(): [
  IPersistentVolumeClaim,
  IService,
  IDeployment,
  IHorizontalPodAutoscaler,
  IPodDisruptionBudget,
] {
  const selector = { matchLabels: labels(INVENTORY) };
  const metadata = { name: INVENTORY, labels: labels(INVENTORY) };
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata,
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: set(size) } } },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      // Headless: its name in DNS has the addresses of the ready pods, over which the balancer spreads requests.
      spec: {
        clusterIP: "None",
        selector: labels(INVENTORY),
        ports: [{ name: "http", port: INVENTORY_PORT, targetPort: "http" }],
      },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { selector, template: { metadata: { labels: labels(INVENTORY) }, spec: inventoryPod() } },
    },
    {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata,
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: INVENTORY },
        minReplicas: set(fewest),
        maxReplicas: set(most),
        metrics: [{
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
        }],
      },
    },
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata, spec: { minAvailable: 1, selector } },
  ];
}

function inventoryPod(): NonNullable<NonNullable<IDeployment["spec"]>["template"]["spec"]> {
  const run = container("inventory", INVENTORY_PORT, {
    env: [
      { name: "HOST", value: "0.0.0.0" },
      systemToken(),
      { name: "PORT", value: String(INVENTORY_PORT) },
      { name: "SERVICE", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ],
    livenessProbe: ALIVE,
    resources: set(resources),
    volumeMounts: [
      { name: "items", mountPath: `${WORKDIR}/run`, subPath: "run" },
      { name: "items", mountPath: `${WORKDIR}/logs`, subPath: "logs" },
    ],
  });
  return {
    automountServiceAccountToken: false,
    securityContext: POD_SECURITY,
    // All instances share one store in one file, and one error log: they run on one node.
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{
          labelSelector: { matchLabels: labels(INVENTORY) },
          topologyKey: "kubernetes.io/hostname",
        }],
      },
    },
    containers: [run],
    volumes: [{ name: "items", persistentVolumeClaim: { claimName: INVENTORY } }],
  };
}
