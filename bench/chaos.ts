/**
 * GET and PUT at 2,000 requests/s for a minute while instances die, freeze, come and go and the manager is away, beside
 * the same traffic in peace: `deno run -A bench/chaos.ts [seconds]`.
 */
import { chaos, postsWhileBackendsDie } from "../tests/testing/mod.ts";
import { stealMeter } from "./processes.ts";
import { type BenchRow, benchRow } from "./row.ts";

const RPS = 2_000;
const KILLS = 20;

/** Rows about what was answered, how late, and how often a POST arrived. */
export async function benchChaos(seconds = 60): Promise<BenchRow[]> {
  const peaceful = await chaos({ seconds: Math.min(seconds, 20), rps: RPS, chaos: false });
  const steal = stealMeter();
  const { report, rounds, told } = await chaos({ seconds, rps: RPS });
  const failed = report.errors + report.timeouts;
  const { latency_ms, service_ms, completed, dropped, failures } = report;
  console.log({ rounds, completed, failed, dropped, failures, latency_ms, service_ms, steal: steal() });
  if (failed > 0) console.log(told);
  const posts = await postsWhileBackendsDie(KILLS);
  const deliveries = [...posts.received.values()].reduce((sum, count) => sum + count, 0);
  const row = (name: string, sides: { ours: number; theirs: number; peer: string; unit: string }) =>
    benchRow({ name: `chaos/${name}`, peer: sides.peer, unit: sides.unit }, [sides]);
  const peace = peaceful.report;
  return [
    row("rate", { ours: completed / seconds, theirs: RPS, peer: "scheduled", unit: "req/s" }),
    row("not-failed", { ours: completed, theirs: completed + failed, peer: "sent", unit: "GET and PUT" }),
    ...(["p50", "p99", "max"] as const).map((which) =>
      row(`latency-${which}`, {
        ours: latency_ms[which],
        theirs: peace.latency_ms[which],
        peer: "in peace",
        unit: "ms",
      })
    ),
    ...(["p99", "max"] as const).map((which) =>
      row(`service-${which}`, {
        ours: service_ms[which],
        theirs: peace.service_ms[which],
        peer: "in peace",
        unit: "ms",
      })
    ),
    row("post-deliveries", { ours: deliveries, theirs: posts.received.size, peer: "distinct POSTs", unit: "POST" }),
  ];
}

if (import.meta.main) {
  console.table(await benchChaos(Number(Deno.args[0] ?? 60)));
}
