import type { IClusterRole, IClusterRoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1";
import { readRights } from "../../../services/agent/mod.ts";
import { labels } from "../pod.ts";
import { NAMESPACE, set, textWith } from "../value.ts";
import { AGENT } from "./agent.ts";

/** What the agent may read of the cluster; it changes nothing, and reads no Secret. */
const READS: NonNullable<IClusterRole["rules"]> = readRights();

/** The agent's right to read the cluster. The names hold the namespace, so that two installations keep apart. */
export function clusterAccess(): [IClusterRole, IClusterRoleBinding] {
  const metadata = { name: textWith(`${AGENT}-%s`, NAMESPACE), labels: labels(AGENT) };
  return [
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole", metadata, rules: READS },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: metadata.name },
      subjects: [{ kind: "ServiceAccount", name: AGENT, namespace: set(NAMESPACE) }],
    },
  ];
}
