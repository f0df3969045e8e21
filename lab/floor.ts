import { join } from "node:path";
import { parse } from "yaml";

/** The alert whose rule has a floor: it says of what share, over which time, and how long. */
export const FLOOR_ALERT = "InventoryHighErrorRate";

/** A counter's samples, oldest first: seconds since the epoch and value. */
export type Samples = readonly (readonly [at: number, value: number])[];

/** What the rule and its delivery wait for, in seconds of the run. */
export interface Waits {
  readonly share: number;
  readonly window: number;
  readonly for: number;
  readonly groupWait: number;
}

/** What of `folder`'s configuration makes everybody wait, however fast they are. @throws {Error} when it says otherwise */
export async function waitsOf(folder: string): Promise<Waits> {
  const read = async (name: string) => parse(await Deno.readTextFile(join(folder, "config", name)));
  const { groups } = await read("alerts.yaml") as { groups: { rules: Record<string, string>[] }[] };
  const rule = groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === FLOOR_ALERT);
  const [, window, share] = /\[(\d+s|\d+m)\].*> ([\d.]+)$/.exec(rule?.expr ?? "") ?? [];
  const { route: { group_wait } } = await read("alertmanager.yaml");
  return { share: Number(share), window: seconds(window), for: seconds(rule?.for), groupWait: seconds(group_wait) };
}

function seconds(duration = ""): number {
  const [, count, unit] = /^(\d+)(s|m)$/.exec(duration) ?? [];
  if (count === undefined) throw new Error(`Cannot read ${JSON.stringify(duration)}: expected a duration like 30s`);
  return Number(count) * (unit === "m" ? 60 : 1);
}

/** Asks Prometheus at `url` for every sample of a metric of the inventory in the last `back` seconds. */
export async function samplesOf(metric: string, { url, back }: { url: string; back: number }): Promise<Samples[]> {
  const query = `${metric}{job="inventory"}[${Math.ceil(back)}s]`;
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query })}`);
  const { data } = await response.json() as { data: { result: { values: [number, string][] }[] } };
  return data.result.map(({ values }) => values.map(([at, value]) => [at, Number(value)] as const));
}

/**
 * When the share of failed requests went above the rule's, seconds since the epoch, as counts that are read without any
 * delay would have shown it; null when it never did. Between two samples a counter is taken to grow evenly, which after
 * the onset it does.
 */
export function crossing(
  counted: { readonly errors: readonly Samples[]; readonly requests: readonly Samples[] },
  { from, until, share, window }: Pick<Waits, "share" | "window"> & { readonly from: number; readonly until: number },
): number | null {
  const grown = (all: readonly Samples[], at: number) =>
    all.reduce((sum, samples) => sum + valueAt(samples, at) - valueAt(samples, at - window), 0);
  for (let at = from; at <= until; at += 0.05) {
    if (grown(counted.errors, at) > share * grown(counted.requests, at)) return at;
  }
  return null;
}

/** A counter between its samples; one that was not there yet began with 0 one sample before. */
function valueAt(samples: Samples, at: number): number {
  const next = samples.findIndex(([time]) => time >= at);
  if (next < 0) return samples.at(-1)?.[1] ?? 0;
  const [laterAt, later] = samples[next]!;
  const every = samples.length > 1 ? samples[1]![0] - samples[0]![0] : 0;
  const [earlierAt, earlier] = next > 0 ? samples[next - 1]! : [laterAt - every, 0];
  if (at <= earlierAt) return earlier;
  return earlier + (later - earlier) * (at - earlierAt) / (laterAt - earlierAt);
}
