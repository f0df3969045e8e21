import type { Service } from "../catalogue/mod.ts";
import type { Peer } from "../dependencies/mod.ts";
import type { Prometheus, Series } from "../sources/mod.ts";
import type { Node, SeenEdge } from "./graph.ts";
import { nodeOf } from "./match.ts";
import { isSelected, matchersOf } from "./selectors.ts";

/** Labels by which clients' metrics name the other side. */
const NAMES = [
  "peer_service",
  "server_address",
  "net_peer_name",
  "upstream",
  "upstream_name",
  "upstream_service",
  "target",
  "target_service",
  "dependency",
  "downstream",
  "remote_service",
  "remote",
  "peer",
  "client_name",
  "clientName",
  "destination",
  "destination_service_name",
  "backend",
  "callee",
  "envoy_cluster_name",
  "proxy",
];
const PORTS = ["server_port", "net_peer_port"];
/** Metrics of clients and proxies; those of servers have the same labels for themselves. */
const CLIENTS =
  "(.+_)?(client|clients|outbound|outgoing|upstream|downstream|dependency|dependencies|external|remote|peer|backend)_.*(count|total)|(haproxy_backend|envoy_cluster_upstream_rq|nginx_upstream|nginxplus_upstream|traefik_service).*(total|count)?";

/** Meshes and span processors: metric, the labels of both sides (the first that is set counts), the label of failures. */
const MESHES: readonly {
  readonly metric: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly failing?: readonly [label: string, pattern: RegExp];
  readonly failed?: string;
  /** The label of who counted, where both sides count each call. */
  readonly reporter?: string;
}[] = [
  {
    metric: "traces_service_graph_request_total",
    from: ["client"],
    to: ["server"],
    failed: "traces_service_graph_request_failed_total",
  },
  { metric: "traces_service_graph_request_server_seconds_count", from: ["client"], to: ["server"] },
  {
    metric: "istio_requests_total",
    reporter: "reporter",
    from: ["source_canonical_service", "source_app", "source_workload"],
    to: ["destination_canonical_service", "destination_service_name", "destination_app", "destination_workload"],
    failing: ["response_code", /^5/],
  },
  {
    metric: "istio_tcp_connections_opened_total",
    reporter: "reporter",
    from: ["source_canonical_service", "source_app", "source_workload"],
    to: ["destination_canonical_service", "destination_service_name", "destination_app", "destination_workload"],
  },
  {
    metric: "response_total",
    from: ["deployment", "statefulset", "daemonset"],
    to: ["dst_deployment", "dst_statefulset", "dst_service"],
    failing: ["classification", /^failure$/],
  },
  {
    metric: "hubble_http_requests_total",
    reporter: "reporter",
    from: ["source_workload", "source_app", "source"],
    to: ["destination_workload", "destination_app", "destination"],
    failing: ["status", /^5/],
  },
  {
    metric: "hubble_flows_processed_total",
    from: ["source_workload", "source_app", "source"],
    to: ["destination_workload", "destination_app", "destination"],
  },
  {
    metric: "consul_mesh_requests_total",
    from: ["local_cluster", "source_service"],
    to: ["envoy_cluster_name", "destination_service"],
  },
];

/** What one Prometheus was asked, and for whom. */
export interface MeasureOptions {
  readonly prometheus: Prometheus;
  /** Services whose metrics it has. */
  readonly services: readonly Service[];
  /** Seconds since the epoch. */
  readonly end: number;
  readonly signal: AbortSignal;
}

/** Where the instances of each service are, by what Prometheus reads. */
export async function targetsOf({ prometheus, services, end, signal }: MeasureOptions): Promise<Map<string, string[]>> {
  const selected = selectorsOf(services);
  const instance = [...new Set(["instance", ...services.map(({ metrics }) => metrics?.labels.instance ?? "instance")])];
  const by = [...new Set([...selected.labels, ...instance])];
  const found = await prometheus.instant(`count by (${by.join(", ")}) (up)`, end, signal);
  const targets = new Map<string, string[]>();
  for (const { labels } of found) {
    for (const service of selected.servicesOf(labels)) {
      const address = labels[service.metrics?.labels.instance ?? "instance"] ?? labels.instance;
      if (address) targets.set(service.name, [...targets.get(service.name) ?? [], address]);
    }
  }
  return targets;
}

/** Edges by the metrics of clients: each series of a service names whom it calls. */
export async function clientEdges(nodes: readonly Node[], options: MeasureOptions): Promise<SeenEdge[]> {
  const { prometheus, services, end, signal } = options;
  const selected = selectorsOf(services);
  const by = [...new Set([...selected.labels, ...NAMES, ...PORTS])];
  const found = await prometheus.instant(`count by (${by.join(", ")}) ({__name__=~"${CLIENTS}"})`, end, signal);
  return found.flatMap(({ labels }) => {
    const peer = peerIn(labels);
    if (peer === null) return [];
    return selected.servicesOf(labels).map(({ name }) => edgeTo(nodes, { from: name, peer, at: end }));
  });
}

function edgeTo(nodes: readonly Node[], { from, peer, at }: { from: string; peer: Peer; at: number }): SeenEdge {
  const node = nodeOf(nodes, peer);
  const to = node?.name ?? (peer.port === null ? peer.host : `${peer.host}:${peer.port}`);
  return { from, to, origin: "client metrics", last_seen: iso(at), kind: node?.kind ?? null };
}

/** The other side that labels name; null where they name none, or no host and no service's name. */
function peerIn(labels: Readonly<Record<string, string>>): Peer | null {
  const name = NAMES.map((label) => labels[label]).find((value) => value !== undefined && value !== "");
  if (name === undefined) return null;
  const mesh = /^(?:outbound|inbound)\|(\d*)\|[^|]*\|(.+)$/.exec(name);
  if (mesh) return { host: mesh[2]!, port: Number(mesh[1]) || null };
  const bare = name.replace(/^[a-z]+:\/\//i, "").split(/[/?]/, 1)[0]!;
  if (!/^[\w.-]{1,120}(?::\d{1,5})?$/.test(bare) || /^(?:none|unknown|null|total|all|self)$/i.test(bare)) return null;
  const [host = "", port] = bare.split(":");
  const named = PORTS.map((label) => labels[label]).find((value) => value !== undefined && /^\d+$/.test(value));
  return { host, port: Number(port ?? named) || null };
}

/** Edges by what a mesh, or a processor of spans, counts. */
export async function meshEdges(nodes: readonly Node[], options: MeasureOptions): Promise<SeenEdge[]> {
  const { prometheus, end, signal } = options;
  const have = await prometheus.instant(
    `count by (__name__) ({__name__=~"${MESHES.map(({ metric }) => metric).join("|")}"})`,
    end,
    signal,
  );
  const there = new Set(have.map(({ labels }) => labels.__name__));
  const lists = await Promise.all(
    MESHES.filter(({ metric }) => there.has(metric)).map(async (mesh) => {
      const { from, to, failing, reporter } = mesh;
      const by = [...from, ...to, ...(failing ? [failing[0]] : []), ...(reporter ? [reporter] : [])];
      const sum = (metric: string) =>
        prometheus.instant(`sum by (${by.join(", ")}) (rate(${metric}[5m]))`, end, signal);
      const [rates, failed] = await Promise.all([sum(mesh.metric), mesh.failed ? sum(mesh.failed) : []]);
      return edgesOf(nodes, rates, { mesh, failed, at: end });
    }),
  );
  return lists.flat();
}

function edgesOf(
  nodes: readonly Node[],
  rates: readonly Series[],
  { mesh, failed, at }: {
    readonly mesh: typeof MESHES[number];
    readonly failed: readonly Series[];
    readonly at: number;
  },
): SeenEdge[] {
  interface Sum {
    readonly from: string;
    readonly to: string;
    all: number;
    failing: number;
  }
  const sums = new Map<string, Sum>();
  const side = (labels: Readonly<Record<string, string>>, names: readonly string[]) => {
    const found = names.map((name) => labels[name]).find((value) => value && !/^(?:unknown|user)$/i.test(value));
    return found === undefined ? undefined : nodeOf(nodes, { host: found, port: null })?.name ?? found;
  };
  for (const { labels, points } of rates) {
    const [from, to] = [side(labels, mesh.from), side(labels, mesh.to)];
    const rate = points.at(-1)?.[1] ?? 0;
    // A counter that stands still is of calls that are no longer made.
    if (from === undefined || to === undefined || !(rate > 0)) continue;
    const key = `${from}\n${to}\n${labels[mesh.reporter ?? ""] ?? ""}`;
    const sum = sums.get(key) ?? { from, to, all: 0, failing: 0 };
    sum.all += rate;
    if (mesh.failing !== undefined && mesh.failing[1].test(labels[mesh.failing[0]] ?? "")) sum.failing += rate;
    sums.set(key, sum);
  }
  for (const { labels, points } of failed) {
    const sum = sums.get(`${side(labels, mesh.from)}\n${side(labels, mesh.to)}\n`);
    if (sum !== undefined) sum.failing += points.at(-1)?.[1] ?? 0;
  }
  // A counter of failures that is nowhere is not known to be zero.
  const known = mesh.failing !== undefined || failed.length > 0;
  // Both sides may count a call: the one that saw more missed none.
  const edges = new Map<string, Sum>();
  for (const sum of sums.values()) {
    const key = `${sum.from}\n${sum.to}`;
    if (sum.all > (edges.get(key)?.all ?? 0)) edges.set(key, sum);
  }
  return [...edges.values()].map(({ from, to, all, failing }) => ({
    from,
    to,
    origin: "mesh",
    last_seen: iso(at),
    per_second: round(all),
    ...(known ? { failing_percent: round(failing / all * 100) } : {}),
  }));
}

/** Which services a series belongs to, by their selectors. */
function selectorsOf(services: readonly Service[]) {
  const known = services.flatMap((service) => {
    const matchers = service.metrics === undefined ? null : matchersOf(service.metrics.selector);
    return matchers === null ? [] : [{ service, matchers }];
  });
  return {
    labels: [...new Set(known.flatMap(({ matchers }) => matchers.map(({ label }) => label)))],
    servicesOf: (labels: Readonly<Record<string, string>>) =>
      known.filter(({ matchers }) => isSelected(labels, matchers)).map(({ service }) => service),
  };
}

function iso(seconds: number): string {
  return new Date(Math.round(seconds) * 1000).toISOString().replace(".000Z", "Z");
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
