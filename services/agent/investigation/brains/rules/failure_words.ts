import { type Failure, type PeerKind, peerText, type Way } from "../../dependencies/mod.ts";

const KINDS: Readonly<Record<PeerKind, string>> = {
  database: "database",
  cache: "cache",
  queue: "message broker",
  search: "search engine",
  storage: "object store",
  service: "service",
};

/** What the other side is called: its address, else what it is. */
export function peerName({ peer, kind }: Failure, { of }: { readonly of: string }): string {
  if (peer !== null) {
    return kind === null || kind === "service" ? peerText(peer) : `the ${KINDS[kind]} ${peerText(peer)}`;
  }
  return kind === null || kind === "service" ? `a service that ${of} calls` : `the ${KINDS[kind]} of ${of}`;
}

/** How the calls fail; `{peer}` is the other side, `{of}` who calls. */
const DEEDS: Readonly<Record<Way, string>> = {
  refused: "{peer} refuses connections",
  timeout: "{peer} does not answer in time",
  reset: "{peer} breaks off connections",
  unreachable: "{peer} cannot be reached over the network",
  dns: "the name of {peer} does not resolve",
  tls: "the TLS handshake with {peer} fails",
  certificate_expired: "the certificate of {peer} has expired",
  unauthorized: "{peer} refuses the credentials of {of}",
  forbidden: "{peer} forbids what {of} asks for",
  rate_limited: "{peer} limits the rate of calls from {of}",
  unavailable: "{peer} is not available",
  failed: "{peer} fails calls with errors of its own",
  rejected: "{peer} rejects the calls of {of}",
  bad_answer: "{peer} answers in a form that {of} cannot read",
  circuit_open: "calls to {peer} are not made: the circuit breaker is open, because too many failed",
  pool_exhausted: "the connection pool of {of} to {peer} is exhausted",
  deadlock: "transactions deadlock in {peer}",
  lock_timeout: "{of} waits too long for locks in {peer}",
  slow_query: "queries to {peer} take longer than allowed",
  read_only: "{peer} is read-only",
  disk_full: "the disk of {peer} is full",
  out_of_memory: "{peer} is out of memory",
  too_many_files: "{peer} has too many open files",
  too_many_connections: "{peer} has no connections left",
};

/** How it fails, as a clause that begins a sentence. */
export function deedOf(failure: Failure, { of, peer }: { readonly of: string; readonly peer?: string }): string {
  const name = peer ?? (failure.own && failure.way !== "pool_exhausted" ? of : peerName(failure, { of }));
  const text = DEEDS[failure.way].replaceAll("{peer}", name).replaceAll("{of}", of);
  // A name keeps its letters.
  return text.startsWith(name) && !name.startsWith("the ") && !name.startsWith("a ")
    ? text
    : `${text[0]!.toUpperCase()}${text.slice(1)}`;
}

const STEPS: Readonly<Partial<Record<Way, readonly [fix: string, step: string]>>> = {
  refused: [
    "Bring {peer} back: nothing listens there.",
    "See whether {peer} runs, and whether its address and port are those that {of} has.",
  ],
  timeout: [
    "Find what {peer} waits for, and bound the wait of {of} until then.",
    "Look at the load and latency of {peer}.",
  ],
  dns: [
    "Make the name of {peer} resolve again, or correct it in the configuration of {of}.",
    "Resolve the name of {peer} from where {of} runs.",
  ],
  certificate_expired: ["Renew the certificate of {peer}.", "Read the dates of the certificate that {peer} shows."],
  tls: [
    "Make {of} trust the certificate of {peer}, or give {peer} the right one.",
    "Read the certificate that {peer} shows.",
  ],
  unauthorized: [
    "Give {of} the credentials that {peer} takes.",
    "See whether a password, a token or a key was changed on either side.",
  ],
  forbidden: ["Give {of} the right that it lacks at {peer}.", "See which permission was changed at {peer}."],
  rate_limited: [
    "Ask {peer} less often (cache, batch, back off), or have the limit raised.",
    "See what made {of} call more often, or the limit lower.",
  ],
  bad_answer: [
    "Let {peer} answer again in the form that {of} reads, or change {of} with it.",
    "See what {peer} answers, and which of the two was released last.",
  ],
  pool_exhausted: [
    "Find what holds the connections of {of}: long transactions, a leak, or a pool too small for the load.",
    "Look at the open connections and the longest transactions.",
  ],
  deadlock: [
    "Let all transactions lock the same rows in the same order, and retry what deadlocked.",
    "Read which statements deadlock in the database's log.",
  ],
  lock_timeout: ["End the transaction that holds the lock, and shorten it.", "Look for the longest open transaction."],
  slow_query: [
    "Find the slow query and its plan: a missing index or a lock is the usual reason.",
    "Look at the running queries.",
  ],
  read_only: [
    "Make {peer} writable again, or send writes to the primary.",
    "See whether it failed over, or was set to read-only.",
  ],
  disk_full: ["Free space on the disk of {peer}, or enlarge it.", "See what grew on the disk of {peer}."],
  out_of_memory: ["Give {peer} more memory, or let it hold less.", "See what grew in the memory of {peer}."],
  too_many_files: ["Find what {peer} leaves open, or raise its limit.", "Count the open files and sockets of {peer}."],
  too_many_connections: [
    "Close idle connections to {peer}, or raise its limit.",
    "See who holds the connections of {peer}.",
  ],
};
const ANY: readonly [string, string] = [
  "Find out why {peer} fails, and bring it back.",
  "Look at {peer} itself: its log, its load, its last change.",
];

/** What to do about it. */
export function adviceOn(
  failure: Failure,
  { of, peer }: { readonly of: string; readonly peer?: string },
): { readonly fix: string; readonly steps: readonly string[] } {
  const name = peer ?? (failure.own && failure.way !== "pool_exhausted" ? of : peerName(failure, { of }));
  const [fix, step] = (STEPS[failure.way] ?? ANY).map((text) => text.replaceAll("{peer}", name).replaceAll("{of}", of));
  return { fix: fix!, steps: [step!] };
}
