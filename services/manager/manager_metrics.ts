import { Counter, Gauge, type Registry } from "prom-client";
import { createMetrics } from "../lib/telemetry/mod.ts";
import type { InstanceView } from "./instance_view.ts";

const STATUSES = ["running", "starting", "draining", "exited", "crash_looping"] as const;

/** The manager's registry; reads the instances at each scrape. */
export function createManagerMetrics(views: () => readonly InstanceView[]): Registry {
  const registry = createMetrics();
  const registers = [registry];
  new Gauge({
    name: "oncall_manager_instances",
    help: "Instances by status.",
    labelNames: ["status"],
    registers,
    collect() {
      const statuses = views().map(({ status }) => status.replace(/\(.*/, ""));
      for (const status of STATUSES) this.set({ status }, statuses.filter((other) => other === status).length);
    },
  });
  new Gauge({
    name: "oncall_manager_instance_healthy",
    help: "1 for an instance that takes traffic, 0 for one that does not.",
    labelNames: ["service", "port"],
    registers,
    collect() {
      this.reset();
      for (const { service, port, healthy } of views()) this.set({ service, port }, healthy ? 1 : 0);
    },
  });
  const counted = new Map<string, number>();
  new Counter({
    name: "oncall_manager_restarts_total",
    help: "Restarts of an instance after a crash.",
    labelNames: ["service", "port"],
    registers,
    collect() {
      for (const { service, port, restarts } of views()) {
        const before = counted.get(service) ?? 0;
        // A restarted instance counts from 0 again; the counter only grows.
        this.inc({ service, port }, Math.max(0, restarts - before));
        counted.set(service, restarts);
      }
    },
  });
  return registry;
}
