import type { Service } from "../../services/agent/investigation/cluster/mod.ts";
import { readDescription, type Section, selectorOf, valueOf } from "./describe.ts";
import type { Row } from "./tables.ts";

export function serviceOf(text: string): Service | undefined {
  const sections = readDescription(text);
  const name = valueOf(sections, "Name");
  if (!name) return undefined;
  const clusterIP = valueOf(sections, "IP");
  const numbered = (key: string, number: number) => valueOf(sections, number === 1 ? key : `${key} ${number}`);
  const ports: Service["ports"] = [];
  const ready = new Set<string>();
  for (let number = 1; numbered("Port", number); number += 1) {
    const port = numbered("Port", number)?.match(/^(?:(\S+)\s+)?(\d+)\/(\w+)/);
    const target = numbered("TargetPort", number)?.split("/")[0];
    if (port?.[2]) {
      ports.push({
        ...port[1] && port[1] !== "<unset>" ? { name: port[1] } : {},
        port: Number(port[2]),
        ...target ? { targetPort: /^\d+$/.test(target) ? Number(target) : target } : {},
        protocol: port[3] ?? "TCP",
      });
    }
    for (const address of addresses(numbered("Endpoints", number))) ready.add(address);
  }
  const service: Service = {
    namespace: valueOf(sections, "Namespace") ?? "",
    name,
    type: valueOf(sections, "Type") ?? "ClusterIP",
    selector: selectorOf(valueOf(sections, "Selector")),
    ports,
    ready: [...ready],
    notReady: [],
    endpointsKnown: sections.has("Endpoints"),
  };
  if (clusterIP) service.clusterIP = clusterIP;
  return service;
}

/** The row of a list: ports as `80:30080/TCP,443/TCP`, the selector where the list is wide. */
export function serviceFromRow(namespace: string, row: Row): Service | undefined {
  if (!row.NAME) return undefined;
  const ports = (row["PORT(S)"] ?? "").split(",").flatMap((one) => {
    const parts = one.trim().match(/^(\d+)(?::\d+)?\/(\w+)/);
    return parts ? [{ port: Number(parts[1]), protocol: parts[2] ?? "TCP" }] : [];
  });
  return {
    namespace,
    name: row.NAME,
    type: row.TYPE ?? "ClusterIP",
    selector: selectorOf(row.SELECTOR),
    ports,
    ready: [],
    notReady: [],
    endpointsKnown: false,
  };
}

export function applyEndpoints(service: Service, text: string): void {
  const sections = readDescription(text);
  const subsets = sections.get("Subsets");
  if (!subsets) return;
  const ready: string[] = [];
  const notReady: string[] = [];
  for (const line of subsets.lines) {
    const parts = line.trim().match(/^(Addresses|NotReadyAddresses):\s+(.*)$/);
    if (parts) (parts[1] === "Addresses" ? ready : notReady).push(...addresses(parts[2]));
  }
  service.ready = ready;
  service.notReady = notReady;
  service.endpointsKnown = true;
}

function addresses(text: string | undefined): string[] {
  return (text ?? "").split(",").map((one) => one.trim()).filter((one) => /^[0-9a-f.:\[\]]+$/i.test(one) && one !== "");
}

/** NetworkPolicies as describe prints them. */
export function policyOf(text: string) {
  const sections = readDescription(text);
  const name = valueOf(sections, "Name");
  const spec = sections.get("Spec");
  if (!name || !spec) return undefined;
  const body = spec.lines.join("\n");
  const types = body.match(/Policy Types:\s*(.*)/)?.[1] ?? "";
  return {
    namespace: valueOf(sections, "Namespace") ?? "",
    name,
    podSelector: podSelectorOf(spec),
    ingress: /Ingress/.test(types),
    egress: /Egress/.test(types),
    deniesAllIngress: /isolated for ingress connectivity/.test(body),
    deniesAllEgress: /isolated for egress connectivity/.test(body),
  };
}

function podSelectorOf(spec: Section): Record<string, string> {
  const line = spec.lines.find((one) => /PodSelector:/.test(one)) ?? "";
  return selectorOf(line.replace(/.*PodSelector:\s*/, ""));
}
