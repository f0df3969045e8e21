import type { Words } from "../failure.ts";

/** A caller that is not let in. */
export const access: readonly Words[] = [
  {
    way: "unauthorized",
    words:
      /password authentication failed|Access denied for user|ER_ACCESS_DENIED_ERROR|\bORA-(?:01017|28000|28001)\b|Login failed for user|\bWRONGPASS\b|\bNOAUTH\b|AuthenticationError.{0,80}(?:invalid (?:username|password)|auth)|SASL authentication (?:failed|error)|MongoServerError: Authentication failed|authentication failed for user|no pg_hba\.conf entry|role "[^"]{1,60}" does not exist|ACCESS_REFUSED|InvalidAccessKeyId|ExpiredToken|SignatureDoesNotMatch|invalid password for|SaslAuthenticationException|KafkaJSSASLAuthenticationError/i,
  },
  { way: "unauthorized", words: /\bUNAUTHENTICATED\b|code = Unauthenticated\b|\$Unauthorized\b/, ofClient: true },
  { way: "forbidden", words: /\bPERMISSION_DENIED\b|code = PermissionDenied\b|\$Forbidden\b/, ofClient: true },
  {
    way: "rate_limited",
    words:
      /\bRESOURCE_EXHAUSTED\b|code = ResourceExhausted\b|\$TooManyRequests\b|ThrottlingException|TooManyRequestsException|ProvisionedThroughputExceeded|\bSlowDown\b|Rate exceeded|rate[ -]limit(?:ed|er)?(?: has been)? (?:exceeded|reached|hit|by)|RateLimiter '[^']{1,80}' does not permit|too many requests|es_rejected_execution|quota exceeded for (?:quota|metric)/i,
    ofClient: true,
  },
];

/** Calls that are not made any more, because too many failed. */
export const breakers: readonly Words[] = [
  {
    way: "circuit_open",
    words:
      /circuit[ -]?breaker.{0,80}\bopen\b|CallNotPermittedException|BrokenCircuitException|circuit (?:is )?(?:now )?open\b|CircuitBreakerOpen|EOPENBREAKER|Breaker is open|CircuitBreakerError|circuit open for|hystrix circuit short-circuited|CircuitOpenError/i,
  },
];

/** Other sides that say themselves that they cannot serve now. */
export const unavailable: readonly Words[] = [
  {
    way: "unavailable",
    words:
      /no[ _]healthy[ _]upstream|no live upstreams|has no server available|no instances? available for|(?:no available|does not have available) (?:server|instance)s? for/i,
  },
  {
    way: "unavailable",
    words:
      /code = Unavailable\b|\bStatusCode\.UNAVAILABLE\b|\b14 UNAVAILABLE\b|StatusRuntimeException: UNAVAILABLE|the database system is (?:starting up|shutting down|in recovery mode|not (?:yet )?accepting)|LOADING Redis|CLUSTERDOWN|MASTERDOWN|Broker may not be available|broker transport failure|all (?:brokers|broker connections) (?:are )?down|Not enough in-sync replicas|no server available to (?:handle|service)|Reached the max retries per request limit|Server [\w.-]{1,60}\/[\w.-]{1,60} is DOWN|No servers available|leader not available|LEADER_NOT_AVAILABLE|not_leader|upstream connect error|ServiceUnavailableException|all upstreams? (?:are )?(?:down|unavailable)|unable to connect to (?:any|redis|the remote|backend|upstream|\w{1,40}:\d)|failed to connect to\b|could not connect to (?:the )?(?:server|redis|database|broker)|connection to node -?\d+ .{0,80}could not be established|Communications link failure|network-related or instance-specific error|MongoServerSelectionError|NoBrokersAvailable|NoNodeAvailable|NoLivingConnections|NoHostAvailable|Can't connect to (?:local )?MySQL server|CannotGetJdbcConnection|All connection attempts failed|Cannot connect to host|Error trying to connect|error sending request for url|max retries exceeded with url|fetch failed\b|Failed to open TCP connection|connection failed: /i,
    ofClient: true,
  },
];
