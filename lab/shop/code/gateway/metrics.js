import process from "node:process";

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 10];
const series = new Map();

function add(name, labels, by) {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`).join(",");
  const key = `${name}{${pairs}}`;
  series.set(key, (series.get(key) ?? 0) + by);
}

/** Counts a request, with names and labels as prom-client's users have them. */
export function observe(seconds, labels) {
  const name = "http_request_duration_seconds";
  for (const le of BUCKETS) add(`${name}_bucket`, { le, ...labels }, seconds <= le ? 1 : 0);
  add(`${name}_bucket`, { le: "+Inf", ...labels }, 1);
  add(`${name}_sum`, labels, seconds);
  add(`${name}_count`, labels, 1);
}

/** The scrape's answer. */
export function exposition() {
  const { user, system } = process.cpuUsage();
  return [
    ...[...series].map(([key, value]) => `${key} ${value}`),
    `process_cpu_seconds_total ${(user + system) / 1e6}`,
    `process_resident_memory_bytes ${process.memoryUsage().rss}`,
    `process_start_time_seconds ${Date.now() / 1000 - process.uptime()}`,
    `nodejs_version_info{version="${process.version}"} 1`,
    "",
  ].join("\n");
}
