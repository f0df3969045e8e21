/** One piece of work of one service within a trace. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Null for the first span of a trace. */
  readonly parentId: string | null;
  readonly service: string;
  readonly name: string;
  readonly kind: "server" | "client" | "producer" | "consumer" | "internal";
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly duration_ms: number;
  readonly error: boolean;
  /** What the program says of its status or exception; null when it says nothing. */
  readonly status: string | null;
  /** Whom a client span calls, as far as its attributes tell. */
  readonly peer: Peer | null;
  /** Attributes of the span and of its resource that tell of peer, request, database, messaging and exception; texts are cut. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The other side of a call. */
export interface Peer {
  /** `peer.service`, a database's or queue's name. */
  readonly name: string | null;
  /** `host` or `host:port`. */
  readonly address: string | null;
  /** `http`, `grpc`, `db`, `messaging`. */
  readonly protocol: string | null;
  /** E.g. `postgresql`, `redis`, `kafka`. */
  readonly system: string | null;
}

/** Which traces are looked for. */
export interface TraceSearch {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Only those with a failed span of the service. */
  readonly errors?: boolean;
  /** Only those that took at least so long. */
  readonly minMs?: number;
  /** Most traces; default 20. */
  readonly limit?: number;
  readonly signal: AbortSignal;
}

/** What was found. */
export interface TraceRead {
  /** All spans of the traces found, of every service in them, oldest first. */
  readonly spans: readonly Span[];
  readonly traces: number;
  /** Where they come from, for a person. */
  readonly from: string;
  /** There may be more. */
  readonly limited: boolean;
  /** What is missing from it, for a person. */
  readonly missing: readonly string[];
}

/** A place where traces are. */
export interface Traces {
  /** For a person, e.g. `Tempo at http://tempo:3200`. */
  readonly name: string;
  /** Whole traces in which `service` took part. */
  search(service: string, search: TraceSearch): Promise<TraceRead>;
  /** Names of the services that it knows. */
  services(signal: AbortSignal): Promise<readonly string[]>;
}

/** Most spans of a search, and most characters of an attribute. */
export const MOST_SPANS = 5_000;
const LONGEST = 500;

/** Attributes that are kept. */
const KEPT =
  /^(?:peer\.|net\.|server\.|client\.|network\.|http\.|url\.|rpc\.|grpc\.|db\.|messaging\.|exception\.|error|otel\.status|faas\.|dns\.|user_agent|upstream_|istio\.|k8s\.|service\.(?:namespace|instance\.id|version)|host\.name|deployment\.|component|sql|statement|node_id|response_flags)/;

/** Attributes as texts: those that tell of a call. */
export function keptAttributes(all: Iterable<readonly [string, unknown]>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of all) {
    if (value === null || value === undefined || !KEPT.test(name)) continue;
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    kept[name] = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  }
  return kept;
}

/** Whom a span calls, by the attributes of OpenTelemetry (old and new names), OpenTracing and Envoy. */
export function peerOf(kind: Span["kind"], attributes: Readonly<Record<string, string>>): Peer | null {
  if (kind !== "client" && kind !== "producer") return null;
  const first = (...names: string[]) =>
    names.map((name) => attributes[name]).find((value) => value !== undefined && value !== "") ?? null;
  const system = first("db.system.name", "db.system", "db.type", "messaging.system", "rpc.system");
  const host = first(
    "server.address",
    "net.peer.name",
    "peer.hostname",
    "net.sock.peer.name",
    "network.peer.address",
    "net.peer.ip",
    "net.sock.peer.addr",
    "peer.ipv4",
    "peer.address",
    "http.host",
  );
  const port = first("server.port", "net.peer.port", "network.peer.port", "net.sock.peer.port", "peer.port");
  const url = first("url.full", "http.url", "upstream_cluster.name", "upstream_cluster");
  const fromUrl = url !== null && /^[a-z]+:\/\//i.test(url) && URL.canParse(url) ? new URL(url).host : null;
  const address = host === null ? fromUrl : port !== null && !/:\d+$/.test(host) ? `${host}:${port}` : host;
  const protocol = first("db.system.name", "db.system", "db.type", "db.statement") !== null
    ? "db"
    : first("messaging.system", "messaging.destination.name", "messaging.destination") !== null
    ? "messaging"
    : first("rpc.system", "grpc.status_code", "rpc.grpc.status_code") !== null
    ? "grpc"
    : first("http.request.method", "http.method", "http.url", "url.full") !== null
    ? "http"
    : null;
  const name = first(
    "peer.service",
    "db.namespace",
    "db.name",
    "db.instance",
    "messaging.destination.name",
    "messaging.destination",
  );
  if (name === null && address === null && system === null) return null;
  return { name, address, protocol, system };
}

/** What a span says of how it ended. */
export function statusOfSpan(
  attributes: Readonly<Record<string, string>>,
  message: string | undefined,
): string | null {
  const said = message || attributes["exception.message"] || attributes["error.message"] ||
    attributes["otel.status_description"];
  const code = attributes["http.response.status_code"] ?? attributes["http.status_code"] ??
    attributes["rpc.grpc.status_code"] ??
    attributes["grpc.status_code"];
  const type = attributes["exception.type"] ?? attributes["error.type"];
  const parts = [code, type === code ? undefined : type, said].filter((part) => part !== undefined && part !== "");
  return parts.length === 0 ? null : parts.join(" ").slice(0, LONGEST);
}
