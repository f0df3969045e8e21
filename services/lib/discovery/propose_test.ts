import assert from "node:assert/strict";
import { proposeMetrics } from "./propose.ts";
import { servicesOf } from "./services.ts";

/** Series from short lines: `name{a=1|2,b=x}` stands for each combination of the values. */
function series(...lines: readonly string[]): Record<string, string>[] {
  return lines.flatMap((line) => {
    const [, name, inner = ""] = /^([^{]+)(?:\{(.*)\})?$/.exec(line)!;
    let all: Record<string, string>[] = [{ __name__: name!, instance: "10.0.0.1:80", job: "x" }];
    for (const pair of inner === "" ? [] : inner.split(",")) {
      const [label, values] = pair.split("=") as [string, string];
      all = all.flatMap((one) => values.split("|").map((value) => ({ ...one, [label]: value })));
    }
    return all;
  });
}

const PROCESS = [
  "process_cpu_seconds_total",
  "process_resident_memory_bytes",
  "process_start_time_seconds",
  "go_gc_duration_seconds_count",
  "go_gc_duration_seconds_sum",
];
const histogram = (base: string, labels = "", le = "0.1|1|10|+Inf") => [
  `${base}_bucket{${[labels, `le=${le}`].filter(Boolean).join(",")}}`,
  `${base}_count${labels && `{${labels}}`}`,
  `${base}_sum${labels && `{${labels}}`}`,
];

interface Wanted {
  readonly convention: RegExp;
  readonly requests: string;
  readonly errors: string;
  readonly latency?: string;
  readonly route?: string;
}

const CASES: readonly (readonly [what: string, lines: readonly string[], wanted: Wanted])[] = [
  [
    "OpenTelemetry's names",
    histogram(
      "http_server_request_duration_seconds",
      "http_route=/a/{id},http_response_status_code=200|500,http_request_method=GET",
    ),
    {
      convention: /^OpenTelemetry$/,
      requests: "http_server_request_duration_seconds_count",
      errors: 'http_server_request_duration_seconds_count http_response_status_code=~"5.."',
      latency: "http_server_request_duration_seconds seconds histogram",
      route: "http_route",
    },
  ],
  [
    "OpenTelemetry's older names",
    histogram(
      "http_server_duration_milliseconds",
      "http_route=/a,http_status_code=200,http_method=GET",
      "5|10|10000|+Inf",
    ),
    {
      convention: /older/,
      requests: "http_server_duration_milliseconds_count",
      errors: 'http_server_duration_milliseconds_count http_status_code=~"5.."',
      latency: "http_server_duration_milliseconds milliseconds histogram",
      route: "http_route",
    },
  ],
  [
    "OpenTelemetry's names without a unit",
    histogram("http_server_duration", "http_target=/a,http_status_code=200", "5|1000|+Inf"),
    {
      convention: /older/,
      requests: "http_server_duration_count",
      errors: 'http_server_duration_count http_status_code=~"5.."',
      latency: "http_server_duration milliseconds histogram",
      route: "http_target",
    },
  ],
  ["Micrometer", [
    ...histogram(
      "http_server_requests_seconds",
      "uri=/a/{id}|/actuator/health,status=200|404,outcome=SUCCESS,exception=None,method=GET",
    ),
    "jvm_memory_used_bytes{area=heap|nonheap}",
    "process_cpu_usage",
    "system_cpu_count",
  ], {
    convention: /Micrometer/,
    requests: "http_server_requests_seconds_count",
    errors: 'http_server_requests_seconds_count status=~"5.."',
    latency: "http_server_requests_seconds seconds histogram",
    route: "uri",
  }],
  ["Micrometer without buckets", [
    "http_server_requests_seconds_count{uri=/a,status=200}",
    "http_server_requests_seconds_sum{uri=/a,status=200}",
    "http_server_requests_seconds_max{uri=/a,status=200}",
  ], {
    convention: /Micrometer/,
    requests: "http_server_requests_seconds_count",
    errors: 'http_server_requests_seconds_count status=~"5.."',
    latency: "http_server_requests_seconds seconds average",
    route: "uri",
  }],
  ["prom-client's bundle for Express", [
    "nodejs_version_info{version=v20}",
    ...histogram("http_request_duration_seconds", "status_code=200|503,method=GET,path=/a|/b"),
    ...PROCESS.slice(0, 3),
  ], {
    convention: /prom-client/,
    requests: "http_request_duration_seconds_count",
    errors: 'http_request_duration_seconds_count status_code=~"5.."',
    latency: "http_request_duration_seconds seconds histogram",
    route: "path",
  }],
  ["a counter and a histogram of one's own", [
    "shop_http_responses_total{code_class=2xx|5xx,endpoint=/cart}",
    ...histogram("shop_http_latency_ms", "endpoint=/cart", "1|50|5000|+Inf"),
    ...PROCESS,
  ], {
    convention: /own/,
    requests: "shop_http_responses_total",
    errors: 'shop_http_responses_total code_class=~"5.."',
    latency: "shop_http_latency_ms milliseconds histogram",
    route: "endpoint",
  }],
  ["Go's promhttp", [
    "go_info",
    "http_requests_total{code=200|500,method=get,handler=/pay}",
    ...histogram("http_request_duration_seconds", "handler=/pay"),
    ...PROCESS,
    "promhttp_metric_handler_requests_total{code=200}",
  ], {
    convention: /Go/,
    requests: "http_requests_total",
    errors: 'http_requests_total code=~"5.."',
    latency: "http_request_duration_seconds seconds histogram",
    route: "handler",
  }],
  ["FastAPI's instrumentator", [
    "python_info",
    "http_requests_total{handler=/a,method=GET,status=2xx|5xx}",
    ...histogram("http_request_duration_seconds", "handler=/a,method=GET"),
    ...histogram("http_request_duration_highr_seconds"),
    ...histogram("http_request_size_bytes", "handler=/a"),
  ], {
    convention: /FastAPI/,
    requests: "http_requests_total",
    errors: 'http_requests_total status=~"5.."',
    latency: "http_request_duration_seconds seconds histogram",
    route: "handler",
  }],
  ["Flask's exporter", [
    "flask_http_request_total{method=GET,status=200}",
    ...histogram("flask_http_request_duration_seconds", "method=GET,path=/a,status=200|500"),
    "flask_http_request_exceptions_total",
  ], {
    convention: /Flask/,
    requests: "flask_http_request_duration_seconds_count",
    errors: 'flask_http_request_duration_seconds_count status=~"5.."',
    latency: "flask_http_request_duration_seconds seconds histogram",
    route: "path",
  }],
  ["Starlette's exporter", [
    "starlette_requests_total{method=GET,path=/a,status_code=200,app_name=x}",
    ...histogram("starlette_request_duration_seconds", "method=GET,path=/a,status_code=200"),
  ], {
    convention: /Starlette/,
    requests: "starlette_requests_total",
    errors: 'starlette_requests_total status_code=~"5.."',
    latency: "starlette_request_duration_seconds seconds histogram",
    route: "path",
  }],
  [".NET's prometheus-net", [
    "http_requests_received_total{code=200,method=GET,controller=Cart,action=Get,endpoint=cart/{id}}",
    ...histogram("http_request_duration_seconds", "code=200,method=GET,endpoint=cart/{id}"),
    "process_working_set_bytes",
    "dotnet_total_memory_bytes",
  ], {
    convention: /ASP\.NET/,
    requests: "http_requests_received_total",
    errors: 'http_requests_received_total code=~"5.."',
    latency: "http_request_duration_seconds seconds histogram",
    route: "endpoint",
  }],
  ["Istio", [
    "istio_requests_total{reporter=destination,destination_service_name=cart,response_code=200|503}",
    ...histogram(
      "istio_request_duration_milliseconds",
      "reporter=destination,destination_service_name=cart,response_code=200",
      "1|10000|+Inf",
    ),
  ], {
    convention: /Istio/,
    requests: "istio_requests_total",
    errors: 'istio_requests_total response_code=~"5.."',
    latency: "istio_request_duration_milliseconds milliseconds histogram",
  }],
  ["Envoy", [
    "envoy_http_downstream_rq_xx{envoy_response_code_class=2|5,envoy_http_conn_manager_prefix=ingress}",
    "envoy_http_downstream_rq_total{envoy_http_conn_manager_prefix=ingress}",
    ...histogram("envoy_http_downstream_rq_time", "envoy_http_conn_manager_prefix=ingress", "0.5|1|1800000|+Inf"),
  ], {
    convention: /Envoy/,
    requests: "envoy_http_downstream_rq_xx",
    errors: 'envoy_http_downstream_rq_xx envoy_response_code_class="5"',
    latency: "envoy_http_downstream_rq_time milliseconds histogram",
  }],
  ["ingress-nginx", [
    "nginx_ingress_controller_requests{status=200|502,ingress=shop,path=/,method=GET}",
    ...histogram("nginx_ingress_controller_request_duration_seconds", "status=200,ingress=shop,path=/"),
  ], {
    convention: /ingress-nginx/,
    requests: "nginx_ingress_controller_requests",
    errors: 'nginx_ingress_controller_requests status=~"5.."',
    latency: "nginx_ingress_controller_request_duration_seconds seconds histogram",
  }],
  ["Traefik", [
    "traefik_service_requests_total{code=200,method=GET,service=cart@docker}",
    ...histogram("traefik_service_request_duration_seconds", "code=200,service=cart@docker"),
  ], {
    convention: /Traefik/,
    requests: "traefik_service_requests_total",
    errors: 'traefik_service_requests_total code=~"5.."',
    latency: "traefik_service_request_duration_seconds seconds histogram",
  }],
  ["gRPC's middleware", [
    "grpc_server_started_total{grpc_method=Pay}",
    "grpc_server_handled_total{grpc_code=OK|Unavailable,grpc_method=Pay,grpc_service=shop.Payments}",
    ...histogram("grpc_server_handling_seconds", "grpc_method=Pay"),
  ], {
    convention: /gRPC/,
    requests: "grpc_server_handled_total",
    errors:
      'grpc_server_handled_total grpc_code=~"Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss|ResourceExhausted"',
    latency: "grpc_server_handling_seconds seconds histogram",
    route: "grpc_method",
  }],
  [
    "OpenTelemetry's gRPC",
    histogram("rpc_server_duration_milliseconds", "rpc_method=Pay,rpc_grpc_status_code=0|14", "5|10000|+Inf"),
    {
      convention: /gRPC/,
      requests: "rpc_server_duration_milliseconds_count",
      errors: 'rpc_server_duration_milliseconds_count rpc_grpc_status_code=~"2|4|8|12|13|14|15"',
      latency: "rpc_server_duration_milliseconds milliseconds histogram",
      route: "rpc_method",
    },
  ],
  ["a worker that counts its jobs", [
    "python_info",
    "jobs_processed_total{queue=mail,result=success|failed}",
    ...histogram("job_duration_seconds", "queue=mail"),
  ], {
    convention: /Python/,
    requests: "jobs_processed_total",
    errors: 'jobs_processed_total result=~"failed"',
    latency: "job_duration_seconds seconds histogram",
    route: "queue",
  }],
  ["two counters, requests and errors", [
    "api_requests_total{route=/a}",
    "api_request_errors_total{route=/a}",
    "api_request_seconds{quantile=0.5|0.95}",
    "api_request_seconds_count",
    "api_request_seconds_sum",
  ], {
    convention: /own/,
    requests: "api_requests_total",
    errors: "api_request_errors_total",
    latency: "api_request_seconds seconds summary",
    route: "route",
  }],
  ["PostgreSQL's exporter", [
    "pg_up",
    "pg_stat_database_xact_commit{datname=shop}",
    "pg_stat_database_xact_rollback{datname=shop}",
    ...PROCESS,
  ], {
    convention: /PostgreSQL/,
    requests:
      "rate(pg_stat_database_xact_commit{$selector}[$window]) + rate(pg_stat_database_xact_rollback{$selector}[$window])",
    errors: "pg_stat_database_xact_rollback",
  }],
  ["Redis' exporter", ["redis_up", "redis_commands_processed_total", "redis_rejected_connections_total", ...PROCESS], {
    convention: /Redis/,
    requests: "redis_commands_processed_total",
    errors: "redis_rejected_connections_total",
  }],
];

for (const [what, lines, wanted] of CASES) {
  Deno.test(`proposeMetrics() knows ${what}`, () => {
    const found = proposeMetrics(series(...lines));
    assert.match(found.convention, wanted.convention);
    assert.equal(found.requests?.metric ?? found.requests?.query, wanted.requests);
    assert.equal([found.errors?.metric, found.errors?.selector].filter(Boolean).join(" "), wanted.errors);
    const { latency } = found;
    assert.equal(latency && `${latency.metric} ${latency.unit} ${latency.type}`, wanted.latency);
    if (wanted.route !== undefined) assert.equal(found.labels.route, wanted.route);
  });
}

Deno.test("proposeMetrics() finds the process's own, routes of probes, and the commit", () => {
  const found = proposeMetrics(series(
    ...PROCESS,
    "http_requests_total{route=/a|/healthz|/metrics|/-/ready|/actuator/health,code=200}",
    "shop_build_info{revision=abc1234,version=1.2}",
    "go_build_info{version=(devel)}",
  ));
  assert.deepEqual([found.cpu, found.memory, found.start_time].map((one) => one?.metric), [
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
  ]);
  assert.deepEqual(found.ignore_routes, ["/-/ready", "/actuator/health", "/healthz", "/metrics"]);
  assert.deepEqual(found.deployed, { metric: "shop_build_info", label: "revision" });
});

Deno.test("proposeMetrics() takes nothing that a service calls others with", () => {
  const found = proposeMetrics(series(
    "http_client_requests_total{status=500}",
    ...histogram("http_client_request_duration_seconds", "status=200"),
    "db_queries_total{result=error|ok}",
    "prometheus_http_requests_total{code=200,handler=/api}",
  ));
  assert.equal(found.requests, undefined);
  assert.equal(found.latency, undefined);
  assert.equal(found.missing.length, 2);
});

Deno.test("servicesOf() finds one a job, or one a label of a job that several share", () => {
  const up = (value: number, labels: Record<string, string>) => ({
    value,
    labels: { __name__: "up", instance: "i", ...labels },
  });
  assert.deepEqual(
    servicesOf([
      up(1, { job: "shop/orders", instance: "a" }),
      up(0, { job: "shop/orders", instance: "b" }),
      up(1, { job: "kubernetes-pods", app: "cart" }),
      up(1, { job: "kubernetes-pods", app: "mail" }),
      up(1, { job: "node-exporter" }),
      up(1, { job: "prometheus" }),
    ]),
    [
      { name: "cart", selector: 'job="kubernetes-pods",app="cart"', up: 1, instances: 1 },
      { name: "mail", selector: 'job="kubernetes-pods",app="mail"', up: 1, instances: 1 },
      { name: "orders", selector: 'job="shop/orders"', up: 1, instances: 2 },
    ],
  );
});

Deno.test("proposeMetrics() proposes no query of metrics that are not there", () => {
  const found = proposeMetrics(series("pg_up", "pg_settings_max_connections", ...PROCESS));
  assert.match(found.convention, /PostgreSQL/);
  assert.equal(found.requests, undefined);
});
