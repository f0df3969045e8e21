import type { Counted } from "./counted.ts";
import type { Metric } from "./series.ts";

type Metrics = ReadonlyMap<string, Metric>;

/** Who names metrics like that: a metric, and where several do, a label of it. */
const CONVENTIONS: readonly (readonly [name: string, metric: RegExp, label?: string])[] = [
  ["OpenTelemetry", /^http_server_request_duration_seconds_/],
  ["OpenTelemetry (older names)", /^http_server_duration(?:_milliseconds|_ms|_seconds)?_/],
  ["OpenTelemetry, gRPC", /^rpc_server_(?:call_)?duration/],
  ["Istio", /^istio_requests_total$/],
  ["Linkerd", /^response_total$/, "classification"],
  ["Envoy", /^envoy_(?:http_downstream|cluster_upstream)_rq/],
  ["Traefik", /^traefik_/],
  ["ingress-nginx", /^nginx_ingress_controller_/],
  ["nginx", /^nginx_/],
  ["HAProxy", /^haproxy_/],
  ["Kong", /^kong_/],
  ["Caddy", /^caddy_http_/],
  ["Micrometer", /^http_server_requests_seconds_/],
  ["gRPC, go-grpc-middleware", /^grpc_server_handled_total$/],
  ["ASP.NET, prometheus-net", /^http_requests_received_total$/],
  ["Flask, prometheus-flask-exporter", /^flask_http_/],
  ["Starlette, starlette_exporter", /^starlette_/],
  ["Django, django-prometheus", /^django_http_/],
  ["FastAPI, prometheus-fastapi-instrumentator", /^http_requests?_(?:total|duration)/, "handler"],
  ["Node.js, prom-client", /^nodejs_version_info$/],
  ["Python, prometheus_client", /^python_info$/],
  ["Go, promhttp", /^go_info$/],
  ["JVM", /^jvm_/],
];

/** The name of the convention, for a person. */
export function conventionOf(metrics: Metrics): string {
  const names = [...metrics.values()];
  const found = CONVENTIONS.find(([name, pattern, label]) =>
    names.some((metric) => pattern.test(metric.name) && (label === undefined || metric.labels.has(label))) &&
    // Go's own client writes a handler, too.
    !(name.startsWith("FastAPI") && metrics.has("go_info"))
  );
  return found?.[0] ?? "names of its own";
}

/** A server that does not measure itself, as its exporter sees it. */
export interface Exporter {
  readonly name: string;
  readonly requests?: Counted;
  readonly errors?: Counted;
}

const EXPORTERS: readonly (readonly [metric: string, exporter: Exporter])[] = [
  ["pg_up", {
    name: "PostgreSQL, by its exporter",
    requests: {
      query:
        "rate(pg_stat_database_xact_commit{$selector}[$window]) + rate(pg_stat_database_xact_rollback{$selector}[$window])",
    },
    errors: { metric: "pg_stat_database_xact_rollback" },
  }],
  ["mysql_up", {
    name: "MySQL, by its exporter",
    requests: { metric: "mysql_global_status_queries" },
    errors: { metric: "mysql_global_status_aborted_connects" },
  }],
  ["redis_up", {
    name: "Redis, by its exporter",
    requests: { metric: "redis_commands_processed_total" },
    errors: { metric: "redis_rejected_connections_total" },
  }],
  ["mongodb_up", { name: "MongoDB, by its exporter" }],
  ["memcached_up", { name: "Memcached, by its exporter" }],
  ["elasticsearch_cluster_health_up", { name: "Elasticsearch, by its exporter" }],
  ["rabbitmq_identity_info", { name: "RabbitMQ" }],
  ["kafka_brokers", { name: "Kafka, by its exporter" }],
  ["nginx_up", { name: "nginx, by its exporter", requests: { metric: "nginx_http_requests_total" } }],
];

/** The server behind an exporter; undefined where none is. */
export function exporterOf(metrics: Metrics): Exporter | undefined {
  const found = EXPORTERS.find(([name]) => metrics.has(name))?.[1];
  if (found === undefined) return undefined;
  const isThere = (counted: Counted | undefined) =>
    counted !== undefined && metricsOf(counted).length > 0 && metricsOf(counted).every((name) => metrics.has(name));
  return {
    name: found.name,
    ...(isThere(found.requests) ? { requests: found.requests! } : {}),
    ...(isThere(found.errors) ? { errors: found.errors! } : {}),
  };
}

function metricsOf({ metric, query = "" }: Counted): string[] {
  return metric !== undefined ? [metric] : [...query.matchAll(/\b(\w+)\{\$selector/g)].map(([, name]) => name!);
}
