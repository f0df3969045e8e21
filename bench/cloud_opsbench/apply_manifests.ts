import type { Cluster, Service } from "../../services/agent/investigation/cluster/mod.ts";
import { type Answer, textOf } from "./cache.ts";
import {
  at,
  completeSpec,
  list,
  type Manifest,
  manifestsOf,
  nameAt,
  record,
  routesOf,
  selectorExpressions,
  storageOf,
} from "./manifests.ts";
import { modesOf } from "./storage.ts";

/** Adds what only a manifest says to the objects that exist, and what is declared beside them. */
export function applyManifests(cluster: Cluster, answers: Answer[], namespace: string): void {
  for (const answer of answers) {
    for (const manifest of manifestsOf(textOf(answer))) {
      applyManifest(cluster, manifest, { namespace, app: String(answer.args.app_name ?? "") });
    }
  }
  for (const pod of cluster.pods) {
    const template = cluster.workloads.find((one) => one.namespace === pod.namespace && one.name === pod.owner?.name)
      ?.template;
    if (!template) continue;
    pod.spec.affinity = template.affinity;
    pod.spec.antiAffinity = template.antiAffinity;
    pod.spec.nameservers = template.nameservers;
    pod.spec.pullSecrets = template.pullSecrets;
    if (template.dnsPolicy !== undefined) pod.spec.dnsPolicy = template.dnsPolicy;
    if (template.runAsUser !== undefined) pod.spec.runAsUser = template.runAsUser;
  }
}

function applyManifest(
  cluster: Cluster,
  manifest: Manifest,
  { namespace, app }: { namespace: string; app: string },
): void {
  const named = nameAt(manifest);
  const space = named.namespace || namespace;
  switch (manifest.kind) {
    case "Deployment":
    case "StatefulSet":
    case "DaemonSet": {
      const workload = cluster.workloads.find((one) => one.namespace === space && one.name === named.name);
      if (workload) completeSpec(workload.template, at(manifest, "spec", "template"));
      break;
    }
    case "Service":
      cluster.declared.push({ kind: "Service", namespace: space, name: named.name });
      completeService(cluster.services.find((one) => one.namespace === space && one.name === named.name), manifest);
      break;
    case "PersistentVolumeClaim":
      applyClaim(cluster, manifest, space);
      break;
    case "Secret": {
      const holder = cluster.secrets.find((one) => one.namespace === space && one.name === named.name);
      if (holder) holder.keys = list(manifest.keys).map(String);
      break;
    }
    default:
      cluster.routes.push(...routesOf(manifest, app).map((one) => ({ ...one, namespace: one.namespace || namespace })));
  }
}

/** Target ports and selector, where only the row of a list is known of a service. */
function completeService(service: Service | undefined, manifest: Manifest): void {
  if (!service) return;
  for (const declared of list(at(manifest, "spec", "ports"))) {
    const port = service.ports.find((one) => one.port === at(declared, "port"));
    const target = at(declared, "targetPort") ?? at(declared, "port");
    if (port && port.targetPort === undefined && (typeof target === "number" || typeof target === "string")) {
      port.targetPort = target;
    }
  }
  if (Object.keys(service.selector).length > 0) return;
  service.selector = Object.fromEntries(
    Object.entries(record(at(manifest, "spec", "selector"))).map(([key, value]) => [key, String(value)]),
  );
}

function applyClaim(cluster: Cluster, manifest: Manifest, namespace: string): void {
  const { name } = nameAt(manifest);
  const storageBytes = storageOf(manifest);
  cluster.declared.push({
    kind: "PersistentVolumeClaim",
    namespace,
    name,
    ...storageBytes === undefined ? {} : { storageBytes },
  });
  const claim = cluster.claims.find((one) => one.namespace === namespace && one.name === name);
  if (!claim || claim.phase === "Bound") return;
  if (storageBytes !== undefined) claim.requestBytes = storageBytes;
  claim.accessModes = modesOf(list(at(manifest, "spec", "accessModes")).join(","));
  claim.selector = selectorExpressions(at(manifest, "spec", "selector"));
}
