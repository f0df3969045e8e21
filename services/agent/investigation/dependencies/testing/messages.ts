import type { Way } from "../mod.ts";

/** A message as a client writes it, how the call failed, and the other side (`null`: it names none). */
export type Case = readonly [message: string, way: Way, peer: string | null];

/** Answers that could not be read, and statuses in exceptions of a program's own. */
export const own: readonly Case[] = [
  [
    'AcquirerError: 401 Unauthorized for url: https://bank.example:8443/v1/auth: {"code":"invalid"}',
    "unauthorized",
    "bank.example:8443",
  ],
  ["RatesError: 429 Too Many Requests for GET https://rates.example/v2", "rate_limited", "rates.example"],
  ["quote failed: https://rates.example/v2: 403 Forbidden", "forbidden", "rates.example"],
  [
    "POST http://payments:8080/charge: Unexpected token 'r', \"reference=\"... is not valid JSON",
    "bad_answer",
    "payments:8080",
  ],
  ["GET http://10.0.0.7:9000/stock: Unexpected end of JSON input", "bad_answer", "10.0.0.7:9000"],
  [
    "FetchError: invalid json response body at http://pricing:3000/quote reason: Unexpected token < in JSON at position 0",
    "bad_answer",
    "pricing:3000",
  ],
  [
    "aiohttp.client_exceptions.ContentTypeError: 200, message='Attempt to decode JSON with unexpected mimetype: text/html', url=URL('http://rates:9000/eur')",
    "bad_answer",
    "rates:9000",
  ],
  [
    "Get \"http://catalog:8080/products/4\": invalid character '<' looking for beginning of value",
    "bad_answer",
    "catalog:8080",
  ],
  ["failed to decode response from http://catalog:8080/products/4", "bad_answer", "catalog:8080"],
];

/** Clients of Node. */
export const node: readonly Case[] = [
  [
    "TypeError: fetch failed\n    at node:internal/deps/undici/undici:12618:11\n    at async charge (/srv/orders/pay.js:31:15)\n  [cause]: Error: connect ECONNREFUSED 10.4.0.9:8080",
    "refused",
    "10.4.0.9:8080",
  ],
  [
    "TypeError: fetch failed\n    at fetch (/srv/gw/index.js:3:1)\n  [cause]: Error: getaddrinfo ENOTFOUND billing.internal",
    "dns",
    "billing.internal",
  ],
  ["Error: getaddrinfo EAI_AGAIN ledger", "dns", "ledger"],
  [
    "AxiosError: Request failed with status code 503\n    at settle (/srv/node_modules/axios/lib/core/settle.js:19:12)\n    config: { url: 'http://payments:8080/charge' }",
    "unavailable",
    "payments:8080",
  ],
  ["AxiosError: Request failed with status code 429", "rate_limited", null],
  ["AxiosError: Request failed with status code 401", "unauthorized", null],
  [
    "AxiosError: timeout of 2000ms exceeded\n    at RedirectableRequest.handleRequestTimeout (/srv/node_modules/axios/lib/adapters/http.js:675:16)",
    "timeout",
    null,
  ],
  [
    "FetchError: request to http://pricing:3000/quote failed, reason: connect ECONNREFUSED 172.20.0.4:3000",
    "refused",
    "pricing:3000",
  ],
  ["FetchError: network timeout at: http://pricing:3000/quote", "timeout", "pricing:3000"],
  [
    "HTTPError: Response code 502 (Bad Gateway)\n    at Request.<anonymous> (/srv/node_modules/got/dist/source/as-promise/index.js:118:42)",
    "unavailable",
    null,
  ],
  [
    "Error: connect ECONNREFUSED 10.0.0.5:5432\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)",
    "refused",
    "10.0.0.5:5432",
  ],
  [
    'error: password authentication failed for user "orders"\n    at Parser.parseErrorMessage (/srv/node_modules/pg-protocol/dist/parser.js:283:98)',
    "unauthorized",
    null,
  ],
  ["error: sorry, too many clients already", "too_many_connections", null],
  [
    "Error: timeout exceeded when trying to connect\n    at /srv/node_modules/pg-pool/index.js:45:11",
    "pool_exhausted",
    null,
  ],
  [
    "Error: Connection terminated unexpectedly\n    at Connection.<anonymous> (/srv/node_modules/pg/lib/client.js:132:73)",
    "reset",
    null,
  ],
  ["error: cannot execute INSERT in a read-only transaction", "read_only", null],
  [
    "error: deadlock detected\n    at Parser.parseErrorMessage (/srv/node_modules/pg-protocol/dist/parser.js:283:98)",
    "deadlock",
    null,
  ],
  ["error: canceling statement due to statement timeout", "slow_query", null],
  ["[ioredis] Unhandled error event: Error: connect ECONNREFUSED 10.1.1.4:6379", "refused", "10.1.1.4:6379"],
  [
    'MaxRetriesPerRequestError: Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.\n    at tryReconnect (/srv/node_modules/ioredis/built/redis/event_handler.js:155:65)',
    "unavailable",
    null,
  ],
  ["ReplyError: OOM command not allowed when used memory > 'maxmemory'.", "out_of_memory", null],
  ["ReplyError: READONLY You can't write against a read only replica.", "read_only", null],
  ["ReplyError: NOAUTH Authentication required.", "unauthorized", null],
  [
    "Error: Too many connections\n    at Packet.asError (/srv/node_modules/mysql2/lib/packets/packet.js:728:17)",
    "too_many_connections",
    null,
  ],
  ["Error: Deadlock found when trying to get lock; try restarting transaction", "deadlock", null],
  ["Error: Lock wait timeout exceeded; try restarting transaction", "lock_timeout", null],
  ["Error: Access denied for user 'shop'@'10.0.0.8' (using password: YES)", "unauthorized", null],
  ["MongoServerSelectionError: connect ECONNREFUSED 10.3.0.2:27017", "refused", "10.3.0.2:27017"],
  ["MongoNetworkTimeoutError: connection 4 to 10.3.0.2:27017 timed out", "timeout", "10.3.0.2:27017"],
  ["MongoServerError: not primary", "read_only", null],
  ["KafkaJSConnectionError: Connection error: getaddrinfo ENOTFOUND kafka-0.kafka", "dns", "kafka-0.kafka"],
  [
    "KafkaJSNumberOfRetriesExceeded: Broker not connected: connect ECONNREFUSED 10.7.0.1:9092",
    "refused",
    "10.7.0.1:9092",
  ],
  [
    "Error: 14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 10.0.3.2:50051",
    "refused",
    "10.0.3.2:50051",
  ],
  [
    "Error: 4 DEADLINE_EXCEEDED: Deadline exceeded\n    at callErrorFromStatus (/srv/node_modules/@grpc/grpc-js/build/src/call.js:31:19)",
    "timeout",
    null,
  ],
  [
    "Error: 13 INTERNAL: failed to price cart\n    at callErrorFromStatus (/srv/node_modules/@grpc/grpc-js/build/src/call.js:31:19)",
    "failed",
    null,
  ],
  ["Error: socket hang up\n    at connResetException (node:internal/errors:720:14)", "reset", null],
  [
    "Error: certificate has expired\n    at TLSSocket.onConnectSecure (node:_tls_wrap:1674:34)",
    "certificate_expired",
    null,
  ],
  ["Error: self-signed certificate in certificate chain", "tls", null],
  ["Error: EMFILE: too many open files, open '/srv/data/a.json'", "too_many_files", null],
  ["Error: ENOSPC: no space left on device, write", "disk_full", null],
  [
    "TimeoutError: Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?",
    "pool_exhausted",
    null,
  ],
  [
    "Error: Timed out fetching a new connection from the connection pool. (Current connection pool timeout: 10, connection limit: 5)",
    "pool_exhausted",
    null,
  ],
  [
    "Error: Breaker is open\n    at CircuitBreaker.fire (/srv/node_modules/opossum/lib/circuit.js:5:1)",
    "circuit_open",
    null,
  ],
  ["pay: payments returned 503", "unavailable", "payments"],
  ["could not charge: 502 from payments", "unavailable", "payments"],
  ["GET http://payments:8080/rates responded 503", "unavailable", "payments:8080"],
  ["payments did not respond within 2000 ms", "timeout", "payments"],
  [
    'PeerError: payments answered 500 to POST http://10.0.0.3:7003/charge: {"error":"certificate has expired"}',
    "failed",
    "10.0.0.3:7003",
  ],
  ["PeerError: POST http://10.0.0.3:7003/charge: no answer within 800 ms", "timeout", "10.0.0.3:7003"],
];

/** Clients of Python. */
export const python: readonly Case[] = [
  ["urllib.error.HTTPError: HTTP Error 401: Unauthorized", "unauthorized", null],
  [
    "requests.exceptions.ConnectionError: HTTPConnectionPool(host='stock', port=8000): Max retries exceeded with url: /levels (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))",
    "refused",
    "stock:8000",
  ],
  [
    "requests.exceptions.ReadTimeout: HTTPConnectionPool(host='stock', port=8000): Read timed out. (read timeout=2)",
    "timeout",
    "stock:8000",
  ],
  [
    "requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: http://stock:8000/levels",
    "unavailable",
    "stock:8000",
  ],
  [
    "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://tax.example/v1/rate",
    "unauthorized",
    "tax.example",
  ],
  [
    "requests.exceptions.SSLError: HTTPSConnectionPool(host='tax.example', port=443): Max retries exceeded with url: / (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1007)')))",
    "certificate_expired",
    "tax.example:443",
  ],
  [
    "urllib3.exceptions.NameResolutionError: <urllib3.connection.HTTPConnection object at 0x7f>: Failed to resolve 'stock' ([Errno -2] Name or service not known)",
    "dns",
    "stock",
  ],
  ["httpx.ConnectError: [Errno 111] Connection refused", "refused", null],
  ["httpx.ConnectError: All connection attempts failed", "unavailable", null],
  [
    "httpx.ReadTimeout\nTraceback (most recent call last):\n  File \"/app/client.py\", line 12, in get\n    r = await c.get('http://stock:8000')",
    "timeout",
    "stock:8000",
  ],
  [
    "httpx.HTTPStatusError: Server error '500 Internal Server Error' for url 'http://stock:8000/levels'",
    "failed",
    "stock:8000",
  ],
  ["httpx.PoolTimeout", "pool_exhausted", null],
  [
    "aiohttp.client_exceptions.ClientConnectorError: Cannot connect to host stock:8000 ssl:default [Connect call failed ('10.2.0.3', 8000)]",
    "unavailable",
    "stock:8000",
  ],
  ["aiohttp.client_exceptions.ServerDisconnectedError: Server disconnected", "reset", null],
  [
    "aiohttp.client_exceptions.ClientResponseError: 429, message='Too Many Requests', url=URL('http://geo:9000/find')",
    "rate_limited",
    "geo:9000",
  ],
  [
    'psycopg2.OperationalError: connection to server at "db.internal" (10.0.0.5), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?',
    "refused",
    "db.internal:5432",
  ],
  [
    'psycopg2.OperationalError: could not translate host name "orders-db" to address: Name or service not known',
    "dns",
    "orders-db",
  ],
  ['psycopg2.errors.DiskFull: could not extend file "base/16384/2610": No space left on device', "disk_full", null],
  ["psycopg.OperationalError: connection failed: FATAL:  the database system is in recovery mode", "unavailable", null],
  ["psycopg_pool.PoolTimeout: couldn't get a connection after 30.00 sec", "pool_exhausted", null],
  [
    "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00 (Background on this error at: https://sqlalche.me/e/20/3o7r)",
    "pool_exhausted",
    null,
  ],
  [
    "sqlalchemy.exc.OperationalError: (psycopg2.errors.DeadlockDetected) deadlock detected\nDETAIL:  Process 88 waits for ShareLock on transaction 7; blocked by process 91.",
    "deadlock",
    null,
  ],
  [
    "asyncpg.exceptions.TooManyConnectionsError: remaining connection slots are reserved for non-replication superuser connections",
    "too_many_connections",
    null,
  ],
  [
    "redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.",
    "refused",
    "cache:6379",
  ],
  ["redis.exceptions.TimeoutError: Timeout reading from socket", "timeout", null],
  [
    "redis.exceptions.ResponseError: MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
    "disk_full",
    null,
  ],
  [
    "pymongo.errors.ServerSelectionTimeoutError: mongo-0:27017: [Errno 111] Connection refused, Timeout: 30s",
    "refused",
    "mongo-0:27017",
  ],
  [
    'grpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.UNAVAILABLE\n\tdetails = "failed to connect to all addresses; last error: UNKNOWN: ipv4:10.0.0.7:50051: Failed to connect to remote host: Connection refused"',
    "refused",
    "10.0.0.7:50051",
  ],
  ["pymysql.err.OperationalError: (2013, 'Lost connection to MySQL server during query')", "reset", null],
  ["pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'mysql' (111)\")", "refused", "mysql"],
  ["MemoryError", "out_of_memory", null],
  ['[102] ERROR:  could not write to file "base/5/16402": No space left on device', "disk_full", null],
  ["[7] ERROR:  cannot execute INSERT in a read-only transaction", "read_only", null],
  ["[106] LOG:  duration: 1803.247 ms  statement: SELECT * FROM products WHERE id = $1", "slow_query", null],
  ["OSError: [Errno 24] Too many open files: '/tmp/x'", "too_many_files", null],
  ["OSError: [Errno 30] Read-only file system: '/data/export.csv'", "read_only", null],
];

/** Clients of Java and its kin. */
export const jvm: readonly Case[] = [
  [
    "java.net.ConnectException: Connection refused (Connection refused)\n\tat java.base/java.net.PlainSocketImpl.socketConnect(Native Method)",
    "refused",
    null,
  ],
  [
    'org.springframework.web.client.ResourceAccessException: I/O error on GET request for "http://payments:8080/charge": Connection refused; nested exception is java.net.ConnectException: Connection refused',
    "refused",
    "payments:8080",
  ],
  ["java.net.UnknownHostException: payments.prod.svc.cluster.local", "dns", "payments.prod.svc.cluster.local"],
  [
    "java.net.SocketTimeoutException: Read timed out\n\tat okhttp3.internal.http2.Http2Stream.read(Http2Stream.kt:1)",
    "timeout",
    null,
  ],
  ["java.net.ConnectException: Failed to connect to payments/10.0.0.7:8080", "unavailable", "payments:8080"],
  [
    "org.springframework.web.client.HttpServerErrorException$ServiceUnavailable: 503 Service Unavailable: [no body]",
    "unavailable",
    null,
  ],
  [
    "org.springframework.web.client.HttpClientErrorException$Unauthorized: 401 Unauthorized: [no body]",
    "unauthorized",
    null,
  ],
  [
    "org.springframework.web.reactive.function.client.WebClientResponseException$InternalServerError: 500 Internal Server Error from POST http://rates:8090/v1/rates",
    "failed",
    "rates:8090",
  ],
  [
    "org.springframework.web.reactive.function.client.WebClientRequestException: finishConnect(..) failed: Connection refused: rates/10.0.0.12:8090",
    "refused",
    "rates:8090",
  ],
  [
    "feign.FeignException$ServiceUnavailable: [503 Service Unavailable] during [POST] to [http://rates/v1/rates] [RatesClient#find(String)]: []",
    "unavailable",
    "rates",
  ],
  ["feign.RetryableException: Read timed out executing GET http://rates/v1/rates", "timeout", "rates"],
  [
    "com.netflix.client.ClientException: Load balancer does not have available server for client: rates\nCaused by: java.lang.RuntimeException: no instances available for rates",
    "unavailable",
    "rates",
  ],
  [
    "io.github.resilience4j.circuitbreaker.CallNotPermittedException: CircuitBreaker 'payments' is OPEN and does not permit further calls",
    "circuit_open",
    "payments",
  ],
  [
    "io.github.resilience4j.bulkhead.BulkheadFullException: Bulkhead 'payments' is full and does not permit further calls",
    "pool_exhausted",
    "payments",
  ],
  [
    "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.",
    "pool_exhausted",
    null,
  ],
  [
    "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30001ms.\nCaused by: org.postgresql.util.PSQLException: Connection to db:5432 refused. Check that the hostname and port are correct",
    "refused",
    "db:5432",
  ],
  ["com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure", "unavailable", null],
  [
    "org.postgresql.util.PSQLException: ERROR: deadlock detected\n  Detail: Process 12 waits for ShareLock",
    "deadlock",
    null,
  ],
  [
    "org.springframework.dao.DeadlockLoserDataAccessException: PreparedStatementCallback; Deadlock found when trying to get lock",
    "deadlock",
    null,
  ],
  [
    "java.sql.SQLException: ORA-01653: unable to extend table SHOP.ORDERS by 128 in tablespace USERS",
    "disk_full",
    null,
  ],
  [
    "io.lettuce.core.RedisConnectionException: Unable to connect to cache:6379\nCaused by: io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: cache/10.9.0.1:6379",
    "refused",
    "cache:6379",
  ],
  ["io.lettuce.core.RedisCommandTimeoutException: Command timed out after 1 minute(s)", "timeout", null],
  [
    "redis.clients.jedis.exceptions.JedisExhaustedPoolException: Could not get a resource from the pool",
    "pool_exhausted",
    null,
  ],
  [
    "org.apache.http.conn.ConnectionPoolTimeoutException: Timeout waiting for connection from pool",
    "pool_exhausted",
    null,
  ],
  [
    "javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target",
    "tls",
    null,
  ],
  [
    "io.grpc.StatusRuntimeException: UNAVAILABLE: io exception\nCaused by: io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: stock/10.0.0.7:50051",
    "refused",
    "stock:50051",
  ],
  ["io.grpc.StatusRuntimeException: PERMISSION_DENIED: not allowed", "forbidden", null],
  [
    "org.apache.kafka.common.errors.TimeoutException: Topic orders not present in metadata after 60000 ms.",
    "timeout",
    null,
  ],
  [
    "[Producer clientId=p1] Connection to node -1 (kafka/10.0.0.4:9092) could not be established. Broker may not be available.",
    "unavailable",
    "kafka:9092",
  ],
  ["java.lang.OutOfMemoryError: Java heap space", "out_of_memory", null],
  ["java.io.IOException: No space left on device", "disk_full", null],
];

/** Clients of Go, .NET, Ruby, PHP and Rust. */
export const others: readonly Case[] = [
  [
    'Post "http://payments:8080/charge": dial tcp 10.0.0.7:8080: connect: connection refused',
    "refused",
    "payments:8080",
  ],
  [
    'Get "http://payments:8080/health": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    "timeout",
    "payments:8080",
  ],
  ["dial tcp: lookup payments.prod on 10.96.0.10:53: no such host", "dns", "payments.prod"],
  [
    'Get "https://tax.example/rate": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-01-02T00:00:00Z is after 2026-01-01T00:00:00Z',
    "certificate_expired",
    "tax.example",
  ],
  ['Get "https://tax.example/rate": x509: certificate signed by unknown authority', "tls", "tax.example"],
  [
    "failed to connect to `host=db user=shop database=shop`: dial error (dial tcp 10.0.0.5:5432: connect: connection refused)",
    "refused",
    "db",
  ],
  ["pq: sorry, too many clients already", "too_many_connections", null],
  ["ERROR: deadlock detected (SQLSTATE 40P01)", "deadlock", null],
  ["redis: connection pool timeout", "pool_exhausted", null],
  ["read tcp 10.0.0.2:51234->10.0.0.9:6379: i/o timeout", "timeout", "10.0.0.9:6379"],
  [
    'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.7:50051: connect: connection refused"',
    "refused",
    "10.0.0.7:50051",
  ],
  ["rpc error: code = DeadlineExceeded desc = context deadline exceeded", "timeout", null],
  ["rpc error: code = Unauthenticated desc = token expired", "unauthorized", null],
  ["rpc error: code = ResourceExhausted desc = slow down", "rate_limited", null],
  ["charge: unexpected status code 500 from payments", "failed", "payments"],
  ["accept tcp [::]:8080: accept4: too many open files", "too_many_files", null],
  ["write /data/wal/0001: no space left on device", "disk_full", null],
  [
    "System.Net.Http.HttpRequestException: Connection refused (payments:8080)\n ---> System.Net.Sockets.SocketException (111): Connection refused",
    "refused",
    "payments:8080",
  ],
  ["System.Net.Http.HttpRequestException: No such host is known. (payments:8080)", "dns", "payments:8080"],
  [
    "System.Net.Http.HttpRequestException: Response status code does not indicate success: 503 (Service Unavailable).",
    "unavailable",
    null,
  ],
  [
    "System.Threading.Tasks.TaskCanceledException: The request was canceled due to the configured HttpClient.Timeout of 2 seconds elapsing.",
    "timeout",
    null,
  ],
  [
    "Npgsql.NpgsqlException (0x80004005): The connection pool has been exhausted, either raise 'Max Pool Size' (currently 100) or 'Timeout' (currently 15 seconds)",
    "pool_exhausted",
    null,
  ],
  [
    "Microsoft.Data.SqlClient.SqlException (0x80131904): Transaction (Process ID 54) was deadlocked on lock resources with another process and has been chosen as the deadlock victim.",
    "deadlock",
    null,
  ],
  [
    "Microsoft.Data.SqlClient.SqlException: A network-related or instance-specific error occurred while establishing a connection to SQL Server.",
    "unavailable",
    null,
  ],
  [
    "System.InvalidOperationException: Timeout expired. The timeout period elapsed prior to obtaining a connection from the pool.",
    "pool_exhausted",
    null,
  ],
  ["Microsoft.Data.SqlClient.SqlException: Login failed for user 'shop'.", "unauthorized", null],
  [
    "Polly.CircuitBreaker.BrokenCircuitException: The circuit is now open and is not allowing calls.",
    "circuit_open",
    null,
  ],
  [
    'Errno::ECONNREFUSED: Failed to open TCP connection to payments:8080 (Connection refused - connect(2) for "payments" port 8080)',
    "refused",
    "payments:8080",
  ],
  ["Faraday::ServerError: the server responded with status 503", "unavailable", null],
  ["Net::ReadTimeout: Net::ReadTimeout with #<TCPSocket:(closed)>", "timeout", null],
  [
    "ActiveRecord::ConnectionTimeoutError: could not obtain a connection from the pool within 5.000 seconds (waited 5.003 seconds); all pooled connections were in use",
    "pool_exhausted",
    null,
  ],
  [
    'PG::ConnectionBad: connection to server at "10.0.0.5", port 5432 failed: FATAL:  password authentication failed for user "app"',
    "unauthorized",
    "10.0.0.5:5432",
  ],
  ["Redis::CannotConnectError: Error connecting to Redis on cache:6379 (Errno::ECONNREFUSED)", "refused", "cache:6379"],
  [
    "PHP Fatal error: Uncaught PDOException: SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for mysql failed: Name or service not known",
    "dns",
    null,
  ],
  [
    "GuzzleHttp\\Exception\\ServerException: Server error: `POST http://payments:8080/charge` resulted in a `503 Service Unavailable` response",
    "unavailable",
    "payments:8080",
  ],
  [
    "cURL error 28: Operation timed out after 2001 milliseconds with 0 bytes received (see https://curl.haxx.se/libcurl/c/libcurl-errors.html) for http://payments:8080/charge",
    "timeout",
    null,
  ],
  ["cURL error 6: Could not resolve host: payments", "dns", "payments"],
  [
    "PDOException: SQLSTATE[40001]: Serialization failure: 1213 Deadlock found when trying to get lock",
    "deadlock",
    null,
  ],
  [
    "error sending request for url (http://payments:8080/charge): error trying to connect: tcp connect error: Connection refused (os error 111)",
    "refused",
    "payments:8080",
  ],
  [
    "HTTP status server error (503 Service Unavailable) for url (http://payments:8080/charge)",
    "unavailable",
    "payments:8080",
  ],
  ["pool timed out while waiting for an open connection", "pool_exhausted", null],
  [
    "error occurred while attempting to establish a TLS connection: invalid peer certificate: Expired, tls handshake failed",
    "tls",
    null,
  ],
];

/** Proxies. */
export const proxies: readonly Case[] = [
  [
    '2026/11/28 12:00:01 [error] 29#29: *412 connect() failed (111: Connection refused) while connecting to upstream, client: 172.18.0.1, server: _, request: "POST /charge HTTP/1.1", upstream: "http://10.0.0.7:8080/charge", host: "shop.example"',
    "refused",
    "10.0.0.7:8080",
  ],
  [
    '2026/11/28 12:00:01 [error] 29#29: *9 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 172.18.0.1, server: _, request: "GET /a HTTP/1.1", upstream: "http://10.0.0.9:3000/a"',
    "timeout",
    "10.0.0.9:3000",
  ],
  [
    '[error] no live upstreams while connecting to upstream, client: 10.1.1.1, upstream: "http://payments/charge"',
    "unavailable",
    "payments",
  ],
  ['[emerg] host not found in upstream "payments:8080" in /etc/nginx/conf.d/default.conf:12', "dns", "payments:8080"],
  [
    '[error] upstream prematurely closed connection while reading response header from upstream, upstream: "http://10.0.0.7:8080/charge"',
    "reset",
    "10.0.0.7:8080",
  ],
  [
    'Server be_payments/payments1 is DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: 0ms',
    "refused",
    "payments",
  ],
  ["backend 'be_stock' has no server available!", "unavailable", "stock"],
  [
    "503 UF upstream_reset_before_response_started{connection_failure,delayed_connect_error:_111} outbound|8080||payments.prod.svc.cluster.local",
    "refused",
    "payments.prod.svc.cluster.local:8080",
  ],
  [
    "503 UH no_healthy_upstream - outbound|8080||stock.prod.svc.cluster.local",
    "unavailable",
    "stock.prod.svc.cluster.local:8080",
  ],
  ["upstream connect error or disconnect/reset before headers. reset reason: connection timeout", "timeout", null],
  [
    "504 UT upstream_response_timeout - outbound|9000||search.prod.svc.cluster.local",
    "timeout",
    "search.prod.svc.cluster.local:9000",
  ],
];

/** Messages of programs that speak of the same things and are no failed calls. */
export const neighbours: readonly string[] = [
  "SyntaxError: Unexpected token 'r', \"reference=\"... is not valid JSON\n    at JSON.parse (<anonymous>)",
  "loaded 401 Products for url shop.example",
  "TypeError: Cannot read properties of undefined (reading 'connection')\n    at open (/srv/app/db.js:4:9)",
  "ValueError: connection refused is not a valid state",
  'ValidationError: "timeout" must be a positive number',
  "IllegalArgumentException: timeout must not be negative",
  "KeyError: 'upstream'",
  'NullPointerException: Cannot invoke "Connection.close()" because "connection" is null',
  "Error: cart has 503 lines, at most 500 are allowed",
  "POST /checkout 503 12ms",
  'GET /items/429 HTTP/1.1" 500 17',
  "Error: got 500 items where 20 were expected",
  "PaymentDeclined: the issuer refused the card",
  "Error: session timed out, please log in again",
  "OrderError: order 401 is not payable",
  "InvalidStateError: the connection of this customer was closed by support",
  "request completed in 2301 ms",
  "Error: deadlock detected in workflow graph 7",
  "SyntaxError: Unexpected token < in JSON at position 0",
  "Error: price of item 7 is missing",
  "AssertionError: expected 200 to equal 503",
  "user denied access to the camera",
  "IndexError: list index out of range",
  "Error: Invalid time zone specified: Mars/Base",
  "ArgumentError: pool must have at least one worker",
  "warning: memory usage at 71 %",
  "read-only mode is off",
  "Error: the certificate of attendance of Ann is missing",
  "handler returned 500 for /orders",
  "HTTP POST /checkout responded 500 in 0.8 ms",
  "GET /orders/7 answered 503 after 12 ms",
  "RangeError: Invalid array length\n    at build (/srv/app/list.js:9:12)",
  "panic: runtime error: index out of range [3] with length 3",
  "DomainError: a rate limit of 5 per customer is configured",
];
