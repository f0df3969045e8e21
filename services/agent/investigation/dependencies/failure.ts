/** How a call to another service, or a resource that is needed, failed. */
export type Way =
  | "refused"
  | "timeout"
  | "reset"
  | "unreachable"
  | "dns"
  | "tls"
  | "certificate_expired"
  | "unauthorized"
  | "forbidden"
  | "rate_limited"
  | "unavailable"
  | "failed"
  | "rejected"
  | "bad_answer"
  | "circuit_open"
  | "pool_exhausted"
  | "deadlock"
  | "lock_timeout"
  | "slow_query"
  | "read_only"
  | "disk_full"
  | "out_of_memory"
  | "too_many_files"
  | "too_many_connections";

/** Something that is no service of ours, by what it is. */
export type PeerKind = "database" | "cache" | "queue" | "search" | "storage" | "service";

/** The other side of a call, as the message names it. */
export interface Peer {
  /** A host, an address or a service's name. */
  readonly host: string;
  readonly port: number | null;
}

/** What a log entry says about a call or a resource that failed. */
export interface Failure {
  readonly way: Way;
  /** Null when the message names none. */
  readonly peer: Peer | null;
  readonly kind: PeerKind | null;
  /** The process itself lacks something: its disk, its memory, its pool. */
  readonly own: boolean;
  /** The line that says so. */
  readonly line: string;
}

/** Words that say how something failed. */
export interface Words {
  readonly way: Way;
  readonly words: RegExp;
  /** Only where the text is that of a client: a URL, an address, a client's library. */
  readonly ofClient?: boolean;
  /** The process itself lacks it, unless a database or a cache says so. */
  readonly own?: boolean;
  readonly kind?: PeerKind;
}

/** `payments:8080`. */
export function peerText({ host, port }: Peer): string {
  return port === null ? host : `${host}:${port}`;
}
