import type { Workload } from "../objects.ts";
import { isReady, refOf, type View } from "../view.ts";
import { around } from "./log_lines.ts";
import { type Finding, kubectl, type Quote, quote, type Rule } from "./rule.ts";

const UNRESOLVED =
  /lookup \S+ on \S+: .{0,80}(i\/o timeout|server misbehaving|connection refused|no route)|UnknownHostException|name resolution|EAI_AGAIN|ENOTFOUND|could not translate host name|no such host|Name or service not known|DNS_FAIL/i;
const MAX_LINE = 2_000;

/** A workload cannot resolve names: its pods ask another nameserver than the cluster's, or the cluster's is down. */
export const nameResolution: Rule = {
  name: "name_resolution",
  group: "routing",
  causes: ["pod_dns", "cluster_dns"],
  looksAt: ["dnsPolicy and dnsConfig", "log lines about names", "the cluster's DNS pods"],
  find: (view) => [...ownNameservers(view), ...clusterDns(view)],
};

function ownNameservers(view: View): Finding[] {
  return view.cluster.workloads.flatMap((workload): Finding[] => {
    const { dnsPolicy, nameservers } = workload.template;
    if (dnsPolicy !== "None" || nameservers.length === 0) return [];
    const pods = view.podsOf(workload);
    const lines = saysUnresolved(view, workload);
    const suffers = pods.some((one) => !isReady(one)) || workload.ready < workload.replicas;
    if (lines.length === 0 && !suffers) return [];
    return [{
      group: "routing",
      cause: "pod_dns",
      object: refOf(workload),
      says: `The pods of ${workload.name} ask nameserver ${
        nameservers.join(", ")
      } instead of the cluster's, and it does not answer.`,
      for: [
        quote(refOf(workload), "spec.template.spec.dnsPolicy", dnsPolicy),
        quote(refOf(workload), "spec.template.spec.dnsConfig.nameservers", nameservers.join(", ")),
        ...lines,
      ],
      against: [],
      certainty: lines.length > 0 ? 0.95 : 0.75,
      explains: pods.map(refOf),
      fix: [
        kubectl(
          "patch",
          refOf(workload),
          `-p '{"spec":{"template":{"spec":{"dnsPolicy":"ClusterFirst","dnsConfig":null}}}}'`,
        ),
      ],
    }];
  });
}

/** Every container counts here, a mesh's sidecar too: they share the pod's nameservers. */
function saysUnresolved(view: View, workload: { namespace: string; name: string }): Quote[] {
  for (const log of view.logsOf(workload)) {
    const line = log.lines.find((one) => UNRESOLVED.test(one.slice(0, MAX_LINE)));
    if (line) {
      const object = { kind: "Workload", namespace: workload.namespace, name: workload.name } as const;
      return [quote(object, "logs", around(line.slice(0, MAX_LINE), UNRESOLVED))];
    }
  }
  return [];
}

function clusterDns(view: View): Finding[] {
  const servers = view.cluster.workloads.filter((one: Workload) =>
    one.podLabels["k8s-app"] === "kube-dns" || /^(coredns|kube-dns)$/.test(one.name)
  );
  const down = servers.filter((one) => one.ready === 0);
  const victims = down.length === 0 ? [] : view.cluster.workloads.filter((one) => saysUnresolved(view, one).length > 0);
  const server = down[0];
  if (!server || down.length < servers.length) return [];
  return [{
    group: "routing",
    cause: "cluster_dns",
    object: refOf(server),
    says: `The cluster's DNS has no ready pod${
      victims.length > 0 ? `; ${victims.length} workloads cannot resolve names` : ""
    }.`,
    for: [
      quote(refOf(server), "status.readyReplicas", String(server.ready)),
      ...victims.slice(0, 3).flatMap((one) => saysUnresolved(view, one)),
    ],
    against: [],
    certainty: victims.length > 0 ? 0.94 : 0.85,
    explains: victims.map(refOf),
    fix: [kubectl("rollout restart", refOf(server)), kubectl("logs", refOf(server))],
  }];
}
