import type { Words } from "../failure.ts";

/** A connection that did not come about, or broke. */
export const transport: readonly Words[] = [
  {
    way: "refused",
    words:
      /\bECONNREFUSED\b|connection refused(?! is\b)|connection to \S{1,120} refused|actively refused|\bConnectException: Connection refused|ORA-12541|delayed[_ ]connect[_ ]error:[_ ]111|Can't connect to (?:local )?MySQL server on [^(]{1,100}\((?:111|61|10061)\b|Layer4 connection problem/i,
  },
  {
    way: "unreachable",
    words:
      /\b(?:EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|NoRouteToHostException)\b|no route to host|(?:network|host) is (?:unreachable|down)|network unreachable/i,
  },
  {
    way: "reset",
    words:
      /\b(?:ECONNRESET|EPIPE|ECONNABORTED(?!.{0,60}timeout)|UND_ERR_SOCKET|RemoteDisconnected|ServerDisconnectedError|PROTOCOL_CONNECTION_LOST|RemoteProtocolError|IncompleteRead)\b|connection reset|reset by peer|broken pipe|socket hang up|other side closed|upstream prematurely closed|upstream_reset_before|connection (?:was )?(?:forcibly )?closed by (?:the )?(?:remote|peer|server)|server closed the connection|connection terminated unexpectedly|unexpected end of stream|premature(?:ly)? clos(?:e|ed)|server has gone away|lost connection to (?:mysql|server|backend|the server)|remote end closed connection|connection aborted|server disconnected|broke (?:the )?connection|connection closed before message completed|terminating connection due to administrator|response ended prematurely|connection (?:is )?closed unexpectedly|connection has been closed by the|The connection was closed|error reading (?:from|bytes from) the/i,
    ofClient: true,
  },
];

/** An answer that did not come in time. */
export const timeouts: readonly Words[] = [
  { way: "timeout", words: /(?<!\b(?:user|customer|client|issuer|caller|owner) )did not (?:respond|answer|reply)\b/i },
  {
    way: "slow_query",
    words:
      /canceling statement due to statement timeout|maximum statement execution time exceeded|query execution was interrupted|statement timeout|Execution Timeout Expired|ORA-01013|operation exceeded time limit|MaxTimeMSExpired|query (?:read )?timeout|QueryTimeoutException|statement cancel(?:l)?ed (?:due to|by) (?:timeout|user request)|slow query|duration: \d{1,9}(?:\.\d{1,6})? ms {1,3}(?:statement|execute|parse|bind|plan)|# Query_time: /i,
    kind: "database",
  },
  {
    way: "timeout",
    words:
      /\b(?:ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(?:HEADERS|BODY|CONNECT)_TIMEOUT|ReadTimeoutError|ConnectTimeoutError|ReadTimeout|ConnectTimeout|SocketTimeoutException|HttpTimeoutException|ConnectTimeoutException|ReadTimeoutException|ServerTimeoutError|ServerSelectionTimeoutError|MongoNetworkTimeoutError|ConnectionTimeoutError|RedisCommandTimeoutException|Net::(?:Read|Open)Timeout|DEADLINE_EXCEEDED|DeadlineExceeded|HeadersTimeoutError|BodyTimeoutError|KafkaJSRequestTimeoutError|RequestTimeoutError|TaskCanceledException)\b/,
    ofClient: true,
  },
  {
    way: "timeout",
    words:
      /tim(?:ed|e)[ -]?out (?:of \d+ ?ms |period )?(?:exceeded|elapsed|waiting|after|awaiting|while|when|connecting|reading)|(?:connection|connect|network|read|request|response|operation|command|call|dial|i\/o|gateway|upstream|headers?|body|socket)[ _]?tim(?:ed[ _]?out|e[ _]?out)\b(?!s?[ _]?(?:=|:|must|should|is|value|set|option|configur|ms\b))|deadline (?:has been )?exceeded|no (?:response|answer|reply) (?:from|within|after|in)|timed out\b|took too long to respond|HttpClient\.Timeout|upstream_response_timeout|\b504 gateway time-?out|not present in metadata after|TNS:connect timeout|ORA-12170|aborted due to timeout/i,
    ofClient: true,
  },
];
