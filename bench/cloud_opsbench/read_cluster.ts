import {
  type Cluster,
  emptyCluster,
  type Pod,
  type Service,
  type Workload,
} from "../../services/agent/investigation/cluster/mod.ts";
import { type Answer, answered, isRecord, nameOf, namespaceOf, readCache, textOf, typeOf } from "./cache.ts";
import { eventsOfDescription, eventsOfTable } from "./events.ts";
import { applyManifests } from "./apply_manifests.ts";
import { nodeFromOverview, nodeOf } from "./nodes.ts";
import { podFromRow, podOf } from "./pods.ts";
import { applyEndpoints, policyOf, serviceFromRow, serviceOf } from "./services.ts";
import { claimOf, quotaFromRow, quotasOf, volumeOf } from "./storage.ts";
import { ageSeconds, readTable, type Row } from "./tables.ts";
import { alertsOf, callsOf, daemonOf, logsOf, probesOf } from "./telemetry.ts";
import { applyRow, isWorkloadType, workloadFromRow, workloadOf } from "./workloads.ts";

/** The objects of one case, from all that its tools answered. */
export function readCluster(cache: Record<string, unknown>, namespace: string): Cluster {
  const answers = readCache(cache);
  const stamp = Date.parse(String(cache.collection_timestamp ?? ""));
  const cluster = emptyCluster(Number.isNaN(stamp) ? 0 : stamp);
  const described = answers.filter((one) => one.tool === "DescribeResource");
  const listed = answers.filter((one) => one.tool === "GetResources");
  readNodes(cluster, answers, described);
  readWorkloads(cluster, { described, listed, namespace });
  readPods(cluster, { described, listed, namespace });
  readServices(cluster, { described, listed, namespace });
  readStorage(cluster, { described, listed, namespace });
  readNames(cluster, listed, namespace);
  readEvents(cluster, { described, listed, namespace });
  readTelemetry(cluster, answers, namespace);
  applyManifests(cluster, answers.filter((one) => one.tool === "GetAppYAML"), namespace);
  return cluster;
}

interface Told {
  described: Answer[];
  listed: Answer[];
  namespace: string;
}

/** All rows of a kind's lists, several lists of one kind merged by name; and whether any list was answered. */
function rowsOf({ listed, namespace }: Told, type: string): { rows: (Row & { NAMESPACE: string })[]; known: boolean } {
  const merged = new Map<string, Row & { NAMESPACE: string }>();
  let known = false;
  for (const answer of listed) {
    if (typeOf(answer) !== type || answer.args.label_selector || answer.args.output_yaml) continue;
    if (nameOf(answer) === "") known ||= answered(answer);
    for (const row of readTable(textOf(answer))) {
      if (!row.NAME) continue;
      const space = row.NAMESPACE || namespaceOf(answer, namespace);
      merged.set(`${space}/${row.NAME}`, { ...merged.get(`${space}/${row.NAME}`), ...row, NAMESPACE: space });
    }
  }
  return { rows: [...merged.values()], known };
}

function readNodes(cluster: Cluster, answers: Answer[], described: Answer[]): void {
  for (const answer of described) {
    const node = typeOf(answer) === "nodes" ? nodeOf(textOf(answer)) : undefined;
    if (node && !cluster.nodes.some((one) => one.name === node.name)) cluster.nodes.push(node);
  }
  for (const answer of answers) {
    if (answer.tool === "CheckNodeServiceStatus") {
      const node = String(answer.args.node_name ?? "");
      cluster.daemons.push(...daemonOf(textOf(answer), node, String(answer.args.service_name ?? "")));
    }
    if (answer.tool !== "GetClusterConfiguration" || !isRecord(answer.value) || !Array.isArray(answer.value.nodes)) {
      continue;
    }
    for (const value of answer.value.nodes) {
      const node = nodeFromOverview(value);
      if (node && !cluster.nodes.some((one) => one.name === node.name)) cluster.nodes.push(node);
    }
  }
  const plane = new Set(
    cluster.daemons.filter((one) => /scheduler|controller|apiserver|etcd/.test(one.name)).map((one) => one.node),
  );
  for (const node of cluster.nodes) node.controlPlane ||= plane.has(node.name);
}

function readWorkloads(cluster: Cluster, told: Told): void {
  const found = new Map<string, Workload>();
  for (const answer of told.described) {
    const workload = isWorkloadType(typeOf(answer))
      ? workloadOf(typeOf(answer), textOf(answer), cluster.readAtMs)
      : undefined;
    if (workload) found.set(`${workload.namespace}/${workload.name}`, workload);
  }
  for (const type of ["deployments", "statefulsets", "daemonsets"]) {
    for (const row of rowsOf(told, type).rows) {
      const known = found.get(`${row.NAMESPACE}/${row.NAME}`);
      if (known) applyRow(known, row);
      else {
        const workload = workloadFromRow(type, row.NAMESPACE, row);
        if (workload) found.set(`${row.NAMESPACE}/${row.NAME}`, workload);
      }
    }
  }
  cluster.workloads.push(...found.values());
}

function readPods(cluster: Cluster, told: Told): void {
  const { rows } = rowsOf(told, "pods");
  const replicaSets = ownersOfReplicaSets(told);
  const found = new Map<string, Pod>();
  for (const answer of told.described) {
    const read = typeOf(answer) === "pods" ? podOf(textOf(answer), cluster.readAtMs) : undefined;
    if (!read) continue;
    const owner = ownerOf(cluster.workloads, read.pod, { controller: read.controller, replicaSets });
    if (owner) {
      read.pod.owner = { kind: "Workload", namespace: owner.namespace, name: owner.name, as: owner.kind };
      if (read.controller && read.controller !== owner.name && !owner.owned.includes(read.controller)) {
        owner.owned.push(read.controller);
      }
    }
    found.set(`${read.pod.namespace}/${read.pod.name}`, read.pod);
  }
  for (const row of rows) {
    const key = `${row.NAMESPACE}/${row.NAME}`;
    if (!found.has(key)) found.set(key, podFromRow(row, workloadByName(cluster.workloads, row)));
    const pod = found.get(key);
    const age = ageSeconds(row.AGE);
    if (pod && age !== undefined) pod.ageSeconds = age;
    if (pod && row.STATUS === "Terminating") pod.deleting = true;
  }
  cluster.pods.push(...found.values());
}

/** The workload whose name a pod's begins with, the longest such: `web-api-7d4f-x2k9p` is of `web-api`, not of `web`. */
function workloadByName(workloads: Workload[], row: Row & { NAMESPACE: string }): Workload | undefined {
  return workloads.filter((one) => one.namespace === row.NAMESPACE && row.NAME?.startsWith(`${one.name}-`)).toSorted((
    one,
    other,
  ) => other.name.length - one.name.length)[0];
}

/** ReplicaSet to the Deployment that controls it. */
function ownersOfReplicaSets({ described }: Told): Map<string, string> {
  const owners = new Map<string, string>();
  for (const answer of described) {
    if (typeOf(answer) !== "replicasets") continue;
    const text = textOf(answer);
    const name = text.match(/^Name:\s+(\S+)/m)?.[1];
    const owner = text.match(/^Controlled By:\s+\w+\/(\S+)/m)?.[1];
    if (name && owner) owners.set(name, owner);
  }
  return owners;
}

function ownerOf(
  workloads: Workload[],
  pod: Pod,
  { controller, replicaSets }: { controller: string | undefined; replicaSets: Map<string, string> },
): Workload | undefined {
  const names = [controller, controller && replicaSets.get(controller), controller?.replace(/-[a-z0-9]+$/, "")];
  return workloads.find((one) => one.namespace === pod.namespace && names.includes(one.name));
}

function readServices(cluster: Cluster, told: Told): void {
  const { rows, known } = rowsOf(told, "services");
  const found = new Map<string, Service>();
  for (const answer of told.described) {
    const service = typeOf(answer) === "services" ? serviceOf(textOf(answer)) : undefined;
    if (service) found.set(`${service.namespace}/${service.name}`, service);
  }
  for (const row of rows) {
    if (found.has(`${row.NAMESPACE}/${row.NAME}`)) continue;
    const service = serviceFromRow(row.NAMESPACE, row);
    if (service) found.set(`${row.NAMESPACE}/${row.NAME}`, service);
  }
  for (const answer of told.described) {
    if (typeOf(answer) !== "endpoints") continue;
    const service = found.get(`${namespaceOf(answer, told.namespace)}/${nameOf(answer)}`);
    if (service) applyEndpoints(service, textOf(answer));
  }
  if (!known && found.size === 0) cluster.unread.push("Service");
  cluster.services.push(...found.values());
  for (const answer of told.described) {
    const policy = typeOf(answer) === "networkpolicies" ? policyOf(textOf(answer)) : undefined;
    if (policy) cluster.policies.push(policy);
  }
}

function readStorage(cluster: Cluster, told: Told): void {
  for (const answer of told.described) {
    const type = typeOf(answer);
    const claim = type === "persistentvolumeclaims" ? claimOf(textOf(answer)) : undefined;
    const volume = type === "persistentvolumes" ? volumeOf(textOf(answer)) : undefined;
    if (claim) cluster.claims.push(claim);
    if (volume) cluster.volumes.push(volume);
    if (type !== "resourcequotas" && type !== "namespaces") continue;
    for (const quota of quotasOf(textOf(answer))) {
      if (!cluster.quotas.some((one) => one.namespace === quota.namespace && one.name === quota.name)) {
        cluster.quotas.push(quota);
      }
    }
  }
  for (const row of rowsOf(told, "resourcequotas").rows) {
    const quota = quotaFromRow(row.NAMESPACE, row);
    if (quota && !cluster.quotas.some((one) => one.namespace === quota.namespace && one.name === quota.name)) {
      cluster.quotas.push(quota);
    }
  }
  const classes = rowsOf(told, "storageclasses");
  if (!classes.known && classes.rows.length === 0) cluster.unread.push("StorageClass");
  for (const row of classes.rows) {
    const name = (row.NAME ?? "").replace(/ \(default\)$/, "");
    cluster.storageClasses.push({
      name,
      provisioner: row.PROVISIONER ?? "",
      isDefault: /\(default\)/.test(row.NAME ?? ""),
    });
  }
  if (!rowsOf(told, "persistentvolumeclaims").known && cluster.claims.length === 0) {
    cluster.unread.push("PersistentVolumeClaim");
  }
}

function readNames(cluster: Cluster, listed: Answer[], namespace: string): void {
  const named = (type: string) => rowsOf({ described: [], listed, namespace }, type);
  cluster.serviceAccounts.push(
    ...named("serviceaccounts").rows.map((row) => ({ namespace: row.NAMESPACE, name: row.NAME ?? "" })),
  );
  cluster.configMaps.push(
    ...named("configmaps").rows.map((row) => ({ namespace: row.NAMESPACE, name: row.NAME ?? "", keys: [] })),
  );
  cluster.secrets.push(
    ...named("secrets").rows.map((row) => ({ namespace: row.NAMESPACE, name: row.NAME ?? "", keys: [] })),
  );
}

function readEvents(cluster: Cluster, { described, listed, namespace }: Told): void {
  for (const answer of described) {
    const about = { type: typeOf(answer), namespace: namespaceOf(answer, namespace), name: nameOf(answer) };
    if (about.type === "nodes") about.namespace = "";
    cluster.events.push(...eventsOfDescription(textOf(answer), about));
  }
  for (const answer of listed) {
    if (typeOf(answer) === "events") {
      cluster.events.push(...eventsOfTable(textOf(answer), namespaceOf(answer, namespace)));
    }
  }
}

function readTelemetry(cluster: Cluster, answers: Answer[], namespace: string): void {
  for (const answer of answers) {
    const space = namespaceOf(answer, namespace);
    const service = String(answer.args.service_name ?? "");
    if (answer.tool === "GetAlerts") {
      const { signals, failures } = alertsOf(answer.value, namespace);
      cluster.signals.push(...signals);
      cluster.failures.push(...failures);
    } else if (answer.tool === "GetErrorLogs" || answer.tool === "GetRecentLogs") {
      cluster.logs.push(...logsOf(answer.value, space, service));
    } else if (answer.tool === "GetServiceDependencies") {
      cluster.calls.push(...callsOf(textOf(answer), namespace));
    } else if (answer.tool === "CheckServiceConnectivity" && service) {
      cluster.probes.push(
        ...probesOf(textOf(answer), { namespace: space, service, port: Number(answer.args.port ?? 0) }),
      );
    }
  }
}
