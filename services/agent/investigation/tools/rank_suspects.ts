import * as v from "valibot";
import { type Column, rankSuspects as rank } from "../../../lib/ranking/mod.ts";
import { isoSeconds, queriesOf, rounded } from "../sources/mod.ts";
import { historyOf } from "./history.ts";
import { askAll, measuredService } from "./measured.ts";
import { defineTool, parameters } from "./tool.ts";

/** What `rank_suspects` answers. */
export interface SuspectsResult {
  readonly window: string;
  readonly at: string;
  readonly minutes: number;
  /** When most of what was measured changed; null when nothing did. */
  readonly onset: string | null;
  /** False: nothing changed, so there is no suspect. */
  readonly stands_out: boolean;
  /** The most suspect instance first; only those of which something stands out. */
  readonly suspects: readonly { readonly instance: string; readonly score: number | null; readonly text: string }[];
  readonly not_measured: readonly string[];
}

/** What each query is called in the ranking, by which it tells an instance's inside from its outside. */
const METRICS = {
  load: "requests",
  errors: "errors",
  latency: "latency",
  cpu: "cpu",
  memory: "memory",
} as const;

/** The service's instances by how likely they are the cause, from metrics alone. */
export const rankSuspects = defineTool({
  name: "rank_suspects",
  ofService: true,
  subject: "ranking of suspects",
  reads: ["metrics"],
  measures: ["score", "duration"],
  holds: ["instances"],
  counts: ["instance"],
  description:
    "Instances ranked by how far their metrics left what was usual (inside: CPU, memory; outside: latency, errors), and since when.",
  schema: v.strictObject({}),
  parameters: parameters({}),
  timeoutMs: 8_000,
  outputLimit: 2_000,
  async run(_args, { situation, sources: { prometheus }, signal, now }): Promise<SuspectsResult> {
    const { metrics, found: queries } = measuredService(situation, { what: "metrics", needed: queriesOf });
    const { instance, name } = metrics.labels;
    const by = name === undefined ? [instance] : [instance, name];
    const end = now().getTime() / 1000;
    const history = historyOf(metrics);
    const found = await askAll(prometheus, {
      requests: queries.requests(by, { usersOnly: true }),
      errors: queries.errors(by, { usersOnly: true }),
      latency: queries.latencyMean([instance]),
      cpu: queries.cpu(),
      memory: queries.memory(),
    }, { end, history, signal });
    const names = new Map<string, string>();
    for (const { labels } of Object.values(found.series).flat()) {
      const address = labels[instance];
      if (address === undefined) continue;
      names.set(
        address,
        situation.service?.instances?.[address] ?? (name === undefined ? undefined : labels[name]) ??
          names.get(address) ?? address,
      );
    }
    const rows = Math.floor(history.seconds / history.step) + 1;
    const times = Float64Array.from({ length: rows }, (_, row) => end - history.seconds + row * history.step);
    const columns = Object.entries(METRICS).flatMap(([metric, what]) =>
      (found.series[what] ?? []).flatMap(({ labels, points }): Column[] => {
        const address = labels[instance];
        if (address === undefined) return [];
        const values = new Float64Array(rows).fill(NaN);
        for (const [at, value] of points) {
          const row = Math.round((at - times[0]!) / history.step);
          if (row >= 0 && row < rows) values[row] = value;
        }
        const suspect = names.get(address)!;
        return [{ name: `${suspect}_${metric}`, service: suspect, metric, values }];
      })
    );
    const ranking = rank({ times, columns });
    const suspects = ranking.services.filter(({ because }) => because.length > 0);
    return {
      window: metrics.window,
      at: isoSeconds(end),
      minutes: history.seconds / 60,
      onset: ranking.stands_out && ranking.onset !== null ? isoSeconds(ranking.onset) : null,
      stands_out: ranking.stands_out,
      suspects: suspects.map(({ service, score, because }) => ({
        instance: service,
        score: rounded(score),
        text: because.join("; "),
      })),
      not_measured: found.missing,
    };
  },
  facts(result, facts) {
    facts.number(result.minutes === undefined ? null : result.minutes * 60, "s", { of: "duration" }).quote(result);
    facts.count(result.suspects?.length, ["instance", "suspect"]);
    for (const { instance, score, text } of result.suspects ?? []) {
      facts.instance(instance).number(score, null, { of: "score", about: [instance] }).said(text, [instance]);
    }
  },
});
