import type { Peer, PeerKind } from "./failure.ts";

const HOST =
  "([A-Za-z_][\\w-]*(?:\\.[\\w-]+){0,10}|\\d{1,3}(?:\\.\\d{1,3}){3}|\\[?[0-9a-fA-F]{0,4}(?:::?[0-9a-fA-F]{1,4}){1,7}\\]?)";
const NAME = "[\"'`]?([A-Za-z][\\w.-]{1,80}?)[\"'`]?";
const VERB =
  "(?:returned|returns|responded|answered|replied|refused|rejected|timed out|did not (?:respond|answer|reply)|is (?:down|unavailable|unreachable|not (?:available|responding|answering|reachable))|unavailable|unreachable|failed to (?:respond|answer)|not (?:available|responding|reachable))";

/** Where messages name the other side, the surest first; the groups are its host and its port. */
const PLACES: readonly RegExp[] = [
  // Proxies.
  `upstream: "[a-z]{2,8}://${HOST}(?::(\\d{1,5}))?`,
  `host not found in upstream "${HOST}(?::(\\d{1,5}))?`,
  `outbound\\|(\\d{1,5})\\|[^|]{0,60}\\|${HOST}`,
  `Server (?:be_|bk_|backend_)?([\\w.-]{1,60})\\/[\\w.-]{1,60} is DOWN`,
  `(?:backend|proxy) '?(?:be_|bk_|backend_)?${HOST}'? has no server`,
  // Names that have no address; what follows \`on\` is the name server.
  `(?:ENOTFOUND|EAI_AGAIN|EAI_NONAME)[: ]{1,2}${HOST}(?::(\\d{1,5}))?`,
  `\\blookup ${HOST}(?: on [^\\s]{1,60})?: `,
  `Unknown(?:Host|Resolved\\w{0,20})Exception: "?${HOST}(?::(\\d{1,5}))?`,
  `UnresolvedAddressException: "?${HOST}`,
  `[Cc]ould not resolve host: ${HOST}`,
  `[Ff]ailed to resolve ["']${HOST}["']`,
  `translate host name "${HOST}" to address`,
  `[Nn]o such host is known\\.? \\(${HOST}(?::(\\d{1,5}))?`,
  `(?<![\\w-])${HOST} could not be resolved`,
  `[Cc]annot resolve host:? ["']?${HOST}`,
  // Clients of databases and others, each in its own form.
  `connection to server at "${HOST}"(?: \\([^)]{1,60}\\))?, port (\\d{1,5})`,
  `connect to (?:local )?(?:MySQL )?server on '${HOST}(?::(\\d{1,5}))?`,
  `host=["']?${HOST}["']?,? ?(?:port=["']?(\\d{1,5}))?`,
  `HTTPS?Connection(?:Pool)?\\(["']?${HOST}["']?(?:, port=(\\d{1,5}))?`,
  `connecting to ${HOST}:(\\d{2,5})`,
  `[Cc]annot connect to host ${HOST}:(\\d{2,5})`,
  `"?(?:hostname|address)"?: ?["']${HOST}["'](?:, ?"?port"?: ?(\\d{1,5}))?`,
  `\\bto ${HOST}\\/(?:\\[?[\\d.:a-f]{3,40}\\]?|<unresolved>):(\\d{1,5})`,
  `\\b${HOST}\\/(?:\\d{1,3}(?:\\.\\d{1,3}){3}|<unresolved>):(\\d{1,5})`,
  `\\b(?:https?|rediss?|amqps?|postgres(?:ql)?|mysql|mongodb(?:\\+srv)?|grpcs?|tcp|nats|jdbc:[a-z]{2,12}|kafka|memcached|wss?):\\/\\/(?:[^\\s\\/@"']{1,80}@)?${HOST}(?::(\\d{1,5}))?`,
  `ECONNREFUSED (\\[?::1\\]?|::1):(\\d{2,5})`,
  `ipv[46]:${HOST}:(\\d{2,5})`,
  `dial (?:tcp|udp)\\d? ${HOST}:(\\d{2,5})`,
  `\\->${HOST}:(\\d{2,5})`,
].map((pattern) => new RegExp(pattern));

/** Any address in a line; `client.js:42` is none. */
const ADDRESS = new RegExp(`(?<![\\w./:@$-])${HOST}:(\\d{2,5})(?![\\w.:]*\\w)`, "g");
const CODE = /\.(?:[cm]?[jt]sx?|py|go|java|kts?|rb|php|rs|cs|fs|scala|exs?|erl|clj|c|cc|cpp|hh?|lua|dart|swift)$/i;

/** Names without an address, in the phrases that people write. */
const NAMED: readonly RegExp[] = [
  `[Cc]ircuit[ -]?[Bb]reaker (?:is open )?(?:for |of |to |on |name=|named )?(?:the )?${NAME}(?=[\\s,.:;)]|$)`,
  `\\bcircuit (?:is )?(?:now )?open (?:for|to|on|:) ?${NAME}(?=[\\s,.:;)]|$)`,
  `(?:RateLimiter|Bulkhead|Retry|TimeLimiter) '${NAME}'`,
  `\\b(?:upstream|peer|peer\\.service|peer_service|target|dependency|downstream|remote_service|server\\.address|cluster|upstream_cluster|destination_service)[=:] ?${NAME}(?=[\\s,;)}\\]]|$)`,
  `\\[([A-Z]\\w{1,60}?)(?:Feign)?(?:Client|Api|Service)#\\w`,
  `\\b[345]\\d\\d(?: [A-Z][A-Za-z ]{2,30}?)?(?: \\w{1,12})? from (?:the |upstream |service )?${NAME}(?=[\\s,.:;)]|$)`,
  `\\b(?:calling|contacting|querying|reaching|invoking) (?:the |upstream |service )?${NAME}(?=[\\s,.:;)]|$)`,
  `\\b(?:call|calls|request|requests|connection|connect|connecting|rpc) (?:to|with) (?:the |upstream |service )?${NAME}(?=[\\s,.:;)]|$)`,
  `\\b(?:response|answer|reply|error) from (?:the |upstream |service )?${NAME}(?=[\\s,.:;)]|$)`,
  `\\b(?:failed to|could not|cannot|unable to) (?:call|reach|contact|connect to|talk to) (?:the |upstream |service )?${NAME}(?=[\\s,.:;)]|$)`,
  `\\bno (?:servers?|instances?) available for (?:service:? ?)?${NAME}(?=[\\s,.:;)]|$)`,
  `\\b(?:upstream|dependency|downstream|backend|service) ${NAME} ${VERB}`,
  `(?:^|[\\s:"'(])${NAME}(?:[ -](?:service|server|api|client|backend))? ${VERB}`,
  `^${NAME}(?:[ -](?:service|client|api))?: (?:unexpected status|status|HTTP|Post|Get|request failed|context deadline|connection)`,
].map((pattern) => new RegExp(pattern));

/** Words that stand where a name could and name nothing. */
const NO_NAME =
  /^(?:the|a|an|this|that|it|its|we|i|he|they|server|service|servers?|services?|upstream|client|remote|host|backend|peer|request|requests|response|call|calls|connection|connect|connecting|function|handler|route|endpoint|controller|middleware|method|url|http|https|api|grpc|rpc|unexpected|status|statuscode|error|errors|exception|failed|fail|timeout|timed|node|broker|user|users?|customer|card|issuer|order|orders?_id|query|socket|tcp|for|with|from|to|while|when|after|get|post|put|delete|patch|and|or|is|was|not|no|any|all|none|null|undefined|none|unknown|true|false|other|another|external|internal|downstream|dependency|gateway timeout|read|write|dial|context|operation|attempt|retry|retries|pool|command|transaction|statement|system|process|test|job|task|worker|thread|named|name|open|half-open|closed|on|of|at|in|by|as|be|has|had|have|will|can|could|would|should|may|than|then|once|again|which|what|who|where|why|how|if|so|but|because|since|until|before|now|today)$/i;

/** The other side of a call, as the lines name it; those that speak of the failure come first. */
export function peerIn(lines: readonly string[]): Peer | null {
  for (const line of lines) {
    for (const place of PLACES) {
      const match = place.exec(line);
      if (match === null) continue;
      const swapped = place.source.startsWith("outbound");
      const peer = peerOf(swapped ? match[2] : match[1], swapped ? match[1] : match[2]);
      if (peer !== null) return peer;
    }
  }
  for (const line of lines) {
    for (const [, host, port] of line.matchAll(ADDRESS)) {
      const peer = CODE.test(host!) ? null : peerOf(host, port);
      if (peer !== null) return peer;
    }
  }
  for (const line of lines) {
    for (const phrase of NAMED) {
      const host = phrase.exec(line)?.[1]?.replace(/(?<![.,:;-])[.,:;-]+$/, "");
      if (host !== undefined && /^[A-Za-z]/.test(host) && !NO_NAME.test(host) && !/(?:Error|Exception)$/.test(host)) {
        return { host, port: null };
      }
    }
  }
  return null;
}

function peerOf(host: string | undefined, port: string | undefined): Peer | null {
  if (host === undefined || host === "" || NO_NAME.test(host)) return null;
  const number = Number(port);
  return { host: host.replace(/^\[|\]$/g, ""), port: number > 0 && number < 65_536 ? number : null };
}

/** Ports by what listens there, unless somebody chose another. */
const PORTS: readonly (readonly [PeerKind, readonly number[]])[] = [
  ["database", [5432, 5433, 6432, 3306, 33060, 1433, 1521, 27017, 27018, 9042, 26257, 50000, 8123, 9000]],
  ["cache", [6379, 6380, 26379, 11211]],
  ["queue", [9092, 9093, 5672, 5671, 4222, 61616, 6650, 1883]],
  ["search", [9200, 9300]],
];
const KINDS: readonly (readonly [PeerKind, RegExp])[] = [
  [
    "database",
    /postgres|\bpgx?(?:pool)?\b|psql|psycopg|asyncpg|pgconn|mysql|maria|mongo|npgsql|sqlclient|sqlexception|jdbc|hikari|sqlalchemy|sqlstate|oracle|\bORA-\d|sqlite|cassandra|activerecord|sequelize|prisma|knex|typeorm|\bsqlx\b|database|\bdb\b|tablespace|relation "/i,
  ],
  [
    "cache",
    /\bredis|ioredis|lettuce|jedis|memcache|valkey|READONLY You|OOM command|NOAUTH|WRONGPASS|LOADING Redis|CLUSTERDOWN|MASTERDOWN/i,
  ],
  ["queue", /kafka|amqp|rabbit|\bnats\b|pulsar|activemq|\bsqs\b|broker/i],
  ["search", /elasticsearch|opensearch|es_rejected|cluster_block/i],
  ["storage", /\bs3\b|minio|bucket|blob storage/i],
];

/** What the other side is, by its port or by the words around it; null where nothing tells. */
export function kindOf(text: string, peer: Peer | null): PeerKind | null {
  const byPort = PORTS.find(([, ports]) => peer?.port != null && ports.includes(peer.port))?.[0];
  if (byPort !== undefined) return byPort;
  const named = peer === null ? undefined : KINDS.find(([, words]) => words.test(peer.host))?.[0];
  if (named !== undefined) return named;
  if (peer !== null && /:\/\/|\b(?:GET|POST|PUT|PATCH|DELETE)\b|status code/.test(text.slice(0, 2_000))) {
    return "service";
  }
  return KINDS.find(([, words]) => words.test(text.slice(0, 4_000)))?.[0] ?? (peer === null ? null : "service");
}

/** What something is by its name alone; null where that does not tell. */
export function kindByName(name: string): PeerKind | null {
  const spaced = name.replaceAll(/[-_.\d]+/g, " ");
  return KINDS.find(([, words]) => words.test(spaced))?.[0] ??
    (/\b(?:cache|memcached?|valkey)\b/i.test(spaced)
      ? "cache"
      : /\b(?:queue|mq|broker|bus|pubsub)\b/i.test(spaced)
      ? "queue"
      : null);
}
