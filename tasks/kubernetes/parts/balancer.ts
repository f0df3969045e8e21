import type { IService } from "kubernetes-models/v1";
import type { IDeployment } from "kubernetes-models/apps/v1";
import type { IPodDisruptionBudget } from "kubernetes-models/policy/v1";
import { ALIVE, container, labels, POD_SECURITY, systemToken, WORKDIR } from "../pod.ts";
import { NAMESPACE, set, textWith, type Value } from "../value.ts";
import { INVENTORY, INVENTORY_PORT } from "./inventory.ts";

export const BALANCER = "oncall-lb";
export const BALANCER_PORT = 9000;

const replicas: Value<number> = { path: "balancer.replicas", fallback: 2, help: "pods of the balancer" };
const resources: Value<{ requests: Record<string, string>; limits: Record<string, string> }> = {
  path: "balancer.resources",
  fallback: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "512Mi" } },
  help: "of a balancer's container",
  schema: { type: "object" },
};

/** The balancer, which finds the inventory's pods by DNS. */
export function balancer(): [IService, IDeployment, IPodDisruptionBudget] {
  const selector = { matchLabels: labels(BALANCER) };
  const metadata = { name: BALANCER, labels: labels(BALANCER) };
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: labels(BALANCER), ports: [{ name: "http", port: BALANCER_PORT, targetPort: "http" }] },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: set(replicas),
        selector,
        template: {
          metadata: { labels: labels(BALANCER) },
          spec: {
            automountServiceAccountToken: false,
            securityContext: POD_SECURITY,
            topologySpreadConstraints: [{
              maxSkew: 1,
              topologyKey: "kubernetes.io/hostname",
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: selector,
            }],
            containers: [container("lb", BALANCER_PORT, {
              env: [
                { name: "LB_HOST", value: "0.0.0.0" },
                systemToken(),
                { name: "BACKENDS_DNS", value: textWith(`${INVENTORY}.%s.svc:${INVENTORY_PORT}`, NAMESPACE) },
              ],
              livenessProbe: ALIVE,
              resources: set(resources),
              volumeMounts: [
                { name: "files", mountPath: `${WORKDIR}/run`, subPath: "run" },
                { name: "files", mountPath: `${WORKDIR}/logs`, subPath: "logs" },
              ],
            })],
            volumes: [{ name: "files", emptyDir: { sizeLimit: "256Mi" } }],
          },
        },
      },
    },
    { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata, spec: { minAvailable: 1, selector } },
  ];
}
