import type { INetworkPolicy } from "kubernetes-models/networking.k8s.io/v1";
import { labels } from "../pod.ts";
import { set, type Value } from "../value.ts";
import { AGENT, AGENT_PORT } from "./agent.ts";
import { BALANCER, BALANCER_PORT } from "./balancer.ts";
import { INVENTORY, INVENTORY_PORT } from "./inventory.ts";

const monitoring: Value<string> = {
  path: "networkPolicies.monitoringNamespace",
  fallback: "monitoring",
  help: "namespace of Prometheus and Alertmanager",
};

type Spec = NonNullable<INetworkPolicy["spec"]>;

const pods = (part: string) => ({ podSelector: { matchLabels: labels(part) } });
const tcp = (port: number) => ({ protocol: "TCP", port }) as const;
const DNS: NonNullable<Spec["egress"]>[number] = {
  to: [{ namespaceSelector: {} }],
  ports: [{ protocol: "UDP", port: 53 }, { protocol: "TCP", port: 53 }],
};

function policy(name: string, spec: Spec): INetworkPolicy {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, labels: labels(name) }, spec };
}

function monitoringPods(): NonNullable<NonNullable<Spec["egress"]>[number]["to"]>[number] {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": set(monitoring) } } };
}

/** Who reaches the agent (monitoring, and an ingress by its own policy), and what it reaches. */
export function agentPolicy(): INetworkPolicy {
  return policy(AGENT, {
    podSelector: { matchLabels: labels(AGENT) },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [monitoringPods()], ports: [tcp(AGENT_PORT)] }],
    egress: [
      DNS,
      { to: [monitoringPods()], ports: [tcp(9090), tcp(9093)] },
      { to: [pods(BALANCER)], ports: [tcp(BALANCER_PORT)] },
      // The cluster's API, and what the connections name: chat, tickets, code, model. The agent itself checks each host.
      { ports: [tcp(443), tcp(6443)] },
    ],
  });
}

/** Requests reach the inventory through the balancer only; monitoring reads the metrics of both. */
export function samplePolicies(): INetworkPolicy[] {
  return [
    policy(BALANCER, {
      podSelector: { matchLabels: labels(BALANCER) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ ports: [tcp(BALANCER_PORT)] }],
      egress: [DNS, { to: [pods(INVENTORY)], ports: [tcp(INVENTORY_PORT)] }],
    }),
    policy(INVENTORY, {
      podSelector: { matchLabels: labels(INVENTORY) },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        { from: [pods(BALANCER)], ports: [tcp(INVENTORY_PORT)] },
        { from: [monitoringPods()], ports: [tcp(INVENTORY_PORT)] },
      ],
      egress: [DNS],
    }),
  ];
}
