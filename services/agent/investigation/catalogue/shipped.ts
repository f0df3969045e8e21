import * as v from "valibot";
import { type Catalogue, catalogueSchema } from "./schema.ts";

/** What `config/oncall.yaml` says as shipped, for an agent started where that file is not; a test keeps them equal. */
export function shippedCatalogue(): Catalogue {
  return v.parse(catalogueSchema, {
    services: [{
      name: "inventory",
      match: [{ service: "inventory" }, { job: "inventory" }],
      owner: "inventory team",
      metrics: {
        selector: 'job="inventory"',
        labels: { instance: "instance", name: "service", route: "route", status: "status" },
        requests: { metric: "http_requests_total" },
        errors: { metric: "http_errors_total" },
        latency: { metric: "http_request_duration_seconds" },
        cpu: { metric: "process_cpu_seconds_total" },
        memory: { metric: "process_resident_memory_bytes" },
        start_time: { metric: "process_start_time_seconds" },
        ignore_routes: ["/healthz", "/metrics", "/logs/tail", "/faults"],
      },
      objectives: { error_percent: 5, latency_ms: 500, cpu_cores: 0.8, memory_mb: 300 },
      logs: { source: "balancer" },
      code: {
        frames: [
          { pattern: "^file:///.*/(services/inventory/.+)$", path: "$1" },
        ],
        include: ["services/inventory/**"],
        exclude: [
          "services/inventory/faults.ts",
          "services/inventory/ballast.ts",
          "services/inventory/testing/instance.ts",
          "services/inventory/**/*_test.ts",
        ],
      },
      changes: { source: "manager" },
    }, {
      name: "oncall",
      match: [{ service: "oncall", channel: "*" }, { service: "oncall", job: "agent" }],
      logs: {
        source: "file",
        path: "logs/agent.log",
        optional: true,
        entry: "^(?<timestamp>\\S+Z) (?<level>[A-Z]+) +agent (?<message>.*)$",
      },
    }],
  });
}
