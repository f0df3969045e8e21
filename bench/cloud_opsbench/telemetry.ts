import type {
  Call,
  Log,
  NodeDaemon,
  ReachabilityProbe,
  RequestFailure,
  Signal,
} from "../../services/agent/investigation/cluster/mod.ts";
import { isRecord } from "./cache.ts";

const FIGURE = "(-?[\\d.]+)";

/** Alerts with figures beside what is normal, and those that count failed requests of an entry. */
export function alertsOf(value: unknown, namespace: string): { signals: Signal[]; failures: RequestFailure[] } {
  const alerts = isRecord(value) && Array.isArray(value.alerts) ? value.alerts : Array.isArray(value) ? value : [];
  const signals: Signal[] = [];
  const failures: RequestFailure[] = [];
  for (const alert of alerts) {
    if (!isRecord(alert)) continue;
    if (typeof alert.entry_service === "string") failures.push(failureOf(alert, namespace));
    if (typeof alert.name !== "string" || !Array.isArray(alert.evidence)) continue;
    const object: Signal["object"] = /node/i.test(String(alert.type))
      ? { kind: "Node", namespace: "", name: alert.name }
      : { kind: "Workload", namespace, name: alert.name };
    for (const evidence of alert.evidence) signals.push(...signalsOf(String(evidence), object));
  }
  return { signals, failures };
}

function failureOf(alert: Record<string, unknown>, namespace: string): RequestFailure {
  const raw = String(alert.raw_error ?? "");
  const status = raw.match(/\b([45]\d\d)\b/)?.[1];
  const path = String(alert.url ?? "");
  return {
    namespace,
    service: String(alert.entry_service),
    path,
    ...status ? { status: Number(status) } : {},
    count: Number(alert.occurrences ?? 1) || 1,
    quote: `${alert.request_method ?? ""} ${path}: ${raw} (${alert.occurrences ?? 1} times)`.trim(),
  };
}

function signalsOf(text: string, object: Signal["object"]): Signal[] {
  const head = text.slice(0, text.indexOf("|") < 0 ? undefined : text.indexOf("|"));
  const parts = text.split("|").slice(1).map((one) => one.trim());
  const change = (part: string) => part.match(new RegExp(`Normal=${FIGURE}[^->]*->\\s*Cur(?:rent)?=${FIGURE}`));
  const made = (metric: Signal["metric"], part: string, more: Partial<Signal> = {}): Signal[] => {
    const figures = change(part);
    const value = part.match(new RegExp(`Val:\\s*${FIGURE}`));
    const now = figures?.[2] ?? value?.[1];
    if (now === undefined) return [];
    return [{
      object,
      metric,
      now: Number(now),
      ...figures ? { normal: Number(figures[1]) } : {},
      quote: text,
      ...more,
    }];
  };
  if (/LATENCY_MISSING/.test(head)) return [{ object, metric: "latency_ms", quantile: 0.5, quote: text }];
  return parts.flatMap((part): Signal[] => {
    if (/LATENCY/.test(head)) {
      const quantile = part.match(/p(\d+)\s*latency/i)?.[1];
      return made("latency_ms", part, quantile ? { quantile: Number(`0.${quantile}`) } : {});
    }
    if (/ERROR_SPIKE|Success Rate/.test(head)) return made("success_percent", part);
    if (/THROUGHPUT/.test(head)) return made("requests_per_second", part);
    if (/cfs|throttl/i.test(head + part)) return made("cpu_throttled_seconds", part);
    if (/cpu core/i.test(head)) return made("cpu_cores", part);
    if (/cpu/i.test(head)) return made("cpu_percent", part);
    if (/memory/i.test(head)) return made("memory_percent", part);
    if (/retrans/i.test(head + part)) return made("retransmits", part);
    if (/TRAFFIC/.test(head)) return made(/^Outbound|Outbound/i.test(part + head) ? "packets_out" : "packets_in", part);
    return [];
  });
}

/** Logs of a service: counted patterns with a sample, or lines by container, `previous` those before the last restart. */
export function logsOf(value: unknown, namespace: string, workload: string): Log[] {
  const base = { namespace, workload };
  if (typeof value === "string") return value.trim() ? [{ ...base, lines: value.split("\n") }] : [];
  if (Array.isArray(value)) return value.length > 0 ? [{ ...base, lines: linesOf(value) }] : [];
  if (!isRecord(value)) return [];
  if (Array.isArray(value.patterns)) {
    return [{ ...base, lines: linesOf(value.patterns.map((one) => isRecord(one) ? one.sample ?? one.pattern : one)) }];
  }
  return Object.entries(value).flatMap(([part, lines]): Log[] => {
    if (!Array.isArray(lines) || lines.length === 0) return [];
    const log: Log = { ...base, lines: linesOf(lines) };
    if (part === "previous") log.previous = true;
    else if (part !== "app") log.container = part;
    return [log];
  });
}

function linesOf(values: unknown[]): string[] {
  return values.flatMap((one) => String(one ?? "").split("\n")).filter((one) => one.trim() !== "");
}

/** Who calls whom, from a tree of what a service calls and a list of who calls it. */
export function callsOf(text: string, namespace: string): Call[] {
  const calls: Call[] = [];
  const service = text.match(/\[Service\]:\s*([\w.-]+)/)?.[1];
  if (!service) return calls;
  const callers = text.match(/\[Upstream[^\]]*\]:\s*(.*)/)?.[1] ?? "";
  for (const caller of callers.split(",").map((one) => one.trim())) {
    if (/^[\w.-]+$/.test(caller)) calls.push({ namespace, from: caller, to: service });
  }
  const stack = [{ depth: -1, name: service }];
  for (const line of text.split("\n")) {
    const branch = line.match(/^([\s│|]*)[├└+`][─-]+\s*([\w.-]+)/);
    if (!branch?.[2]) continue;
    const depth = branch[1]?.length ?? 0;
    while (stack.length > 1 && (stack.at(-1)?.depth ?? -1) >= depth) stack.pop();
    calls.push({ namespace, from: stack.at(-1)?.name ?? service, to: branch[2] });
    stack.push({ depth, name: branch[2] });
  }
  return calls;
}

/** One attempt, or one from each node. */
export function probesOf(
  text: string,
  about: { namespace: string; service: string; port: number },
): ReachabilityProbe[] {
  const parts = text.split(/(?=^.*deployed on \S+:)/m).filter((one) => /Connection (Succeeded|Failed)/i.test(one));
  return parts.map((part) => {
    const node = part.match(/deployed on (\S+?):/)?.[1];
    const open = /Connection Succeeded/i.test(part);
    return { ...about, open, quote: part.trim().split("\n").at(-1) ?? "", ...node ? { fromNode: node } : {} };
  });
}

const DAEMONS: [RegExp, NodeDaemon["name"]][] = [
  [/kubelet/, "kubelet"],
  [/containerd|docker|cri-?o/, "container runtime"],
  [/kube-proxy/, "kube-proxy"],
  [/scheduler/, "kube-scheduler"],
  [/controller-manager/, "kube-controller-manager"],
  [/apiserver/, "kube-apiserver"],
  [/etcd/, "etcd"],
];

/** What systemd says of a unit on a node. */
export function daemonOf(text: string, node: string, unit: string): NodeDaemon[] {
  const name = DAEMONS.find(([pattern]) => pattern.test(unit))?.[1];
  const active = text.match(/Active:\s*(\S+)(.*)/);
  if (!name || !active?.[1]) return [];
  return [{
    node,
    name,
    running: /^(active|activating|reloading)$/.test(active[1]) && !/auto-restart/.test(active[2] ?? ""),
    quote: `Active: ${active[1]}${active[2] ?? ""}`.slice(0, 200),
  }];
}
