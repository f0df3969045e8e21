const MOST_LINES = 60;
const LONGEST_LINE = 600;

/** Calls of a stack trace, in the form of any language: they say where, not what. */
const FRAME =
  /^\s{0,40}(?:at\s+\S|File "|from \S{1,200}:\d|\.{3} \d+ (?:more|common)|#\d+ |\d+: (?:0x|\w+::)|--- End of|goroutine \d|\[\d+\] (?![A-Z]{3,9}: )|\S{1,300}\.(?:go|rs|cc|c|rb|py|js|ts):\d+(?::\d+)?(?:\s|$))/;
/** Mistakes of a program; a call that failed has other names. */
const MISTAKE =
  /\b(?:TypeError|ReferenceError|SyntaxError|RangeError|NullPointerException|IllegalArgumentException|ClassCastException|IndexOutOfBoundsException|ArrayIndexOutOfBoundsException|NumberFormatException|ArithmeticException|NullReferenceException|ArgumentNullException|ArgumentException|InvalidCastException|KeyError|IndexError|AttributeError|ValueError|NameError|ZeroDivisionError|AssertionError|NoMethodError|ArgumentError|UnboundLocalError|ValidationError|ValidationException|index out of range|nil pointer dereference)\b/;
/** What undici and browsers say of every call that failed. */
const FETCH = /fetch failed|failed to fetch|NetworkError when/i;
/** Where a library explains itself. */
const EXPLAINS = /\(Background on this error at:|for more information|see https?:\/\//i;

/** The lines of a log entry that say what went wrong, the outermost first, without calls and mistakes of a program. */
export function sayingLines(text: string): string[] {
  return text.split("\n", MOST_LINES).map((line) => line.slice(0, LONGEST_LINE)).filter((line) =>
    line.trim() !== "" && !FRAME.test(line) && (!MISTAKE.test(line) || FETCH.test(line))
  ).map((line) => {
    const end = line.search(EXPLAINS);
    return end > 0 ? line.slice(0, end) : line;
  });
}

/** A client at work: its library, an address, words for the other side. */
const CLIENT =
  /:\/\/|\b(?:[a-z][\w.-]*|\d{1,3}(?:\.\d{1,3}){3}|\[?::1\]?):\d{2,5}\b(?!\.(?:js|ts|py))|\b(?:axios\w*|undici|node-fetch|node:_http_client|_tls_wrap|FetchError|superagent|urllib3?|requests[./](?:exceptions|adapters|sessions)|httpx|httpcore|aiohttp|http\.client|pycurl|psycopg\w?|asyncpg|sqlalchemy|pymysql|pymongo|redis\w*|ioredis|lettuce|jedis|memcached?|okhttp\w*|feign\w*|retrofit\w*|WebClient\w*|RestTemplate|ResourceAccessException|HttpClient\w*|Http(?:Server|Client)ErrorException|HttpRequestException|java\.net\.\w+|reactor\.netty|Npgsql\w*|SqlClient|SqlException|HikariPool|Hikari\w*|jdbc|PSQLException|pgx\w*|pgconn|lib\/pq|net\/http|dial (?:tcp|udp)|reqwest|hyper|tonic|sqlx|guzzle\w*|curl|faraday|Net::\w+|Errno::\w+|httparty|rest-client|activerecord|grpc\w*|rpc error|StatusRuntimeException|StatusCode|kafka\w*|amqp\w*|rabbitmq|mongo\w*|mysql\w*|postgres\w*|pg-pool|elasticsearch|opensearch|cassandra|envoy|upstream\w*|downstream|backend|dependency|peer|broker|remote (?:server|service|host)|socket hang up|fetch failed|failed to fetch|bulkhead)\b/i;
const CALLS =
  /\b(?:call(?:ing|s|ed)?|request(?:s|ing)?|connect(?:ing|ion)?|response|answer|reply|dial(?:ing)?|reach(?:ing)?|talk(?:ing)?|POST|GET|PUT)\b[^\n]{0,40} (?:to|from|of) (?:the )?["'`]?[a-z][\w.-]{1,60}|\bfailed to (?:call|reach|contact|fetch|query)\b|\bcould not (?:call|reach|contact|fetch|query)\b|\bcalling [a-z]/i;

/** Whether a text is that of a client that called another side; calls of its stack trace count. */
export function isOfClient(text: string): boolean {
  const head = text.slice(0, 8_000);
  return CLIENT.test(head) || CALLS.test(head.split("\n", 5).join("\n"));
}
