import type { Metric } from "./series.ts";

/** A label that tells how requests ended, and the matcher of those that failed. */
export interface StatusLabel {
  readonly label: string;
  readonly failed: string;
}

const STATUS_NAMES = [
  "http_response_status_code",
  "http_status_code",
  "status_code",
  "response_code",
  "grpc_code",
  "rpc_grpc_status_code",
  "rpc_response_status_code",
  "code",
  "status",
  "http_code",
  "http_status",
  "status_class",
  "code_class",
  "envoy_response_code_class",
  "envoy_response_code",
  "response_status",
  "outcome",
  "result",
  "classification",
  "state",
  "success",
];
const ROUTE_NAMES = [
  "http_route",
  "route",
  "handler",
  "uri",
  "url_rule",
  "endpoint",
  "path",
  "view",
  "template",
  "http_target",
  "resource",
  "action",
  "rpc_method",
  "grpc_method",
  "operation",
  "url",
  "destination_service_name",
  "ingress",
  "task",
  "job_name",
  "queue",
  "method_name",
];
/** Words by which results are called that are none of HTTP's or gRPC's. */
const FAILED_WORD =
  /^(?:error|errors|failed|failure|fail|ko|exception|timeout|timed_out|panic|server_error|5xx|internal_error|unavailable|crashed|rejected|dead|false)$/i;
const RESULT_NAMES = new Set(["outcome", "result", "classification", "state", "success", "status", "code"]);
const GRPC_WORDS =
  /^(?:OK|Cancell?ed|Unknown|InvalidArgument|DeadlineExceeded|NotFound|AlreadyExists|PermissionDenied|ResourceExhausted|FailedPrecondition|Aborted|OutOfRange|Unimplemented|Internal|Unavailable|DataLoss|Unauthenticated)$/;
const GRPC_CAPITALS =
  /^(?:OK|CANCELLED|UNKNOWN|INVALID_ARGUMENT|DEADLINE_EXCEEDED|NOT_FOUND|ALREADY_EXISTS|PERMISSION_DENIED|RESOURCE_EXHAUSTED|FAILED_PRECONDITION|ABORTED|OUT_OF_RANGE|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS|UNAUTHENTICATED)$/;

/** The label of a metric that tells how requests ended; undefined where none does. */
export function statusOf({ labels }: Metric): StatusLabel | undefined {
  const names = [
    ...STATUS_NAMES.filter((name) => labels.has(name)),
    ...[...labels.keys()].filter((name) => /(?:status|code)/.test(name)),
  ];
  for (const label of new Set(names)) {
    const values = [...labels.get(label)!].filter((value) => value !== "");
    const failed = values.length === 0 ? undefined : failedOf(label, values);
    if (failed !== undefined) return { label, failed };
  }
  return undefined;
}

function failedOf(label: string, values: readonly string[]): string | undefined {
  const all = (pattern: RegExp) => values.every((value) => pattern.test(value));
  if (all(/^(?:[1-5]\d\d|[1-5]xx|unknown|0)$/i) && !all(/^(?:unknown|0)$/i)) return `${label}=~"5.."`;
  if (/class/.test(label) && all(/^[1-5]$/)) return `${label}="5"`;
  if (all(GRPC_WORDS)) {
    return `${label}=~"Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss|ResourceExhausted"`;
  }
  if (all(GRPC_CAPITALS)) {
    return `${label}=~"UNKNOWN|DEADLINE_EXCEEDED|UNIMPLEMENTED|INTERNAL|UNAVAILABLE|DATA_LOSS|RESOURCE_EXHAUSTED"`;
  }
  if (/grpc|rpc/.test(label) && all(/^(?:\d|1[0-6])$/)) return `${label}=~"2|4|8|12|13|14|15"`;
  if (label === "success" && all(/^(?:true|false)$/i)) return `${label}=~"[Ff]alse"`;
  if (label === "outcome" && values.some((value) => /^(?:SUCCESS|CLIENT_ERROR|SERVER_ERROR)$/.test(value))) {
    return `${label}="SERVER_ERROR"`;
  }
  const words = values.filter((value) => FAILED_WORD.test(value));
  if (words.length > 0 && words.length < Math.max(2, values.length)) return `${label}=~"${words.join("|")}"`;
  // Nothing has failed yet: what would be called so is not known, the usual words are.
  if (
    RESULT_NAMES.has(label) &&
    values.some((value) => /^(?:success|succeeded|ok|done|completed|processed)$/i.test(value))
  ) {
    return `${label}=~"error|failed|failure|exception|timeout"`;
  }
  return undefined;
}

/** The label of a metric that tells routes apart; undefined where none does. */
export function routeOf({ labels }: Metric): string | undefined {
  const fitting = [...labels].filter(([name, values]) =>
    values.size <= 500 && (ROUTE_NAMES.includes(name) || [...values].some((value) => /^\/[\w{:<*$.-]/.test(value))) &&
    !["le", "quantile", "instance", "metrics_path", "__name__"].includes(name)
  );
  const rank = ([name, values]: [string, ReadonlySet<string>]) => {
    const known = ROUTE_NAMES.indexOf(name);
    const paths = [...values].filter((value) => value.startsWith("/") || value.includes("{")).length;
    // A template stands for many requests, a path for one.
    const templates = [...values].some((value) => /[{:<]\w/.test(value)) ? -30 : 0;
    return (known < 0 ? 50 : known) + (paths > 0 ? -20 : 0) + templates;
  };
  return fitting.toSorted((a, b) => rank(a) - rank(b))[0]?.[0];
}

/** Routes that no user calls, of those that were seen. */
export function ignoredRoutes(values: Iterable<string>): string[] {
  return [...values].filter((route) =>
    /^\/(?:-\/)?(?:health\w{0,3}|health\/.*|livez?|liveness|ready\w{0,3}|readiness|ping|metrics|actuator\b.*|favicon\.ico|probe|startupz?|version)\/?$/
      .test(route)
  ).sort();
}

/** A label that has a better name for an instance than its address. */
export function instanceName({ labels }: Metric): string | undefined {
  return [
    "pod",
    "pod_name",
    "kubernetes_pod_name",
    "k8s_pod_name",
    "container_name",
    "service_instance_id",
    "instance_name",
    "hostname",
  ]
    .find((name) => labels.has(name) && ![...labels.get(name)!].every((value) => value === ""));
}
