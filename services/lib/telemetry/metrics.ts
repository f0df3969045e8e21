import process from "node:process";
import { Counter, Gauge, Registry } from "prom-client";
import { VERSION } from "../configuration/mod.ts";

/**
 * A separate registry with the process's metrics: `process_cpu_seconds_total`, `process_resident_memory_bytes`,
 * `process_start_time_seconds` and `oncall_build_info{version}`. They are read at each scrape, without `/proc`, which
 * an executable may not open.
 */
export function createMetrics(): Registry {
  const registry = new Registry();
  const registers = [registry];
  let counted = 0;
  new Counter({
    name: "process_cpu_seconds_total",
    help: "User and system CPU time spent in seconds.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      const seconds = (user + system) / 1e6;
      this.inc(Math.max(0, seconds - counted));
      counted = Math.max(counted, seconds);
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory size in bytes.",
    registers,
    collect() {
      this.set(Deno.memoryUsage().rss);
    },
  });
  new Gauge({
    name: "process_start_time_seconds",
    help: "Start time of the process since unix epoch in seconds.",
    registers,
  })
    .set((performance.timeOrigin) / 1000);
  new Gauge({ name: "oncall_build_info", help: "1, labeled with the version.", labelNames: ["version"], registers })
    .set({ version: VERSION }, 1);
  return registry;
}

/** The registry in Prometheus' text format, as an HTTP response. */
export async function metricsText(registry: Registry): Promise<Response> {
  return new Response(await registry.metrics(), { headers: { "content-type": registry.contentType } });
}
