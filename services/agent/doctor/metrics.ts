import { proposeMetrics, type SeriesLabels } from "../../lib/discovery/mod.ts";
import type { Check, Outgoing } from "../delivery/mod.ts";
import type { Service } from "../investigation/mod.ts";
import { failed, get } from "./look.ts";

interface Looked {
  readonly url: string;
  readonly outgoing: Outgoing;
  readonly file: string;
}

/** What a person may write instead, from the series that are there; empty when nothing can be said. */
export async function suggestion(metrics: NonNullable<Service["metrics"]>, looked: Looked): Promise<string> {
  const series = await seriesOf(`{${metrics.selector}}`, looked);
  if (series === undefined) return "";
  if (series.length === 0) {
    const jobs = new Set((await seriesOf("up", looked) ?? []).map(({ job }) => job).filter((job) => job !== undefined));
    return jobs.size === 0
      ? ""
      : `; nothing matches ${metrics.selector}: its jobs are ${[...jobs].slice(0, 20).join(", ")}`;
  }
  const { requests, errors } = proposeMetrics(series);
  if (requests === undefined) return "";
  const failing = errors === undefined
    ? ""
    : `, errors: ${errors.selector === undefined ? errors.metric : `{ selector: '${errors.selector}' }`}`;
  return `; it has requests: ${requests.metric ?? requests.query}${failing}`;
}

/** Labels that a service's description names and that its requests do not have. */
export async function labelChecks(service: Service, looked: Looked): Promise<Check[]> {
  const { metrics } = service;
  const requests = metrics?.requests;
  if (metrics === undefined || requests?.metric === undefined) return [];
  const matchers = [requests.only ?? metrics.selector, requests.selector].filter(Boolean).join(",");
  const series = await seriesOf(`${requests.metric}{${matchers}}`, looked);
  if (series === undefined || series.length === 0) return [];
  const known = new Set(series.flatMap((one) => Object.keys(one)));
  return Object.entries(metrics.labels).flatMap(([what, label]) =>
    label === undefined || known.has(label) ? [] : [failed(
      "Metrics",
      `${service.name}: ${requests.metric} has no label ${label} (labels.${what}); it has ${
        [...known].filter((one) => one !== "__name__").slice(0, 20).join(", ")
      }: check labels in ${looked.file}`,
    )]
  );
}

async function seriesOf(matcher: string, { url, outgoing }: Looked): Promise<SeriesLabels[] | undefined> {
  const now = Math.floor(outgoing.now().getTime() / 1000);
  const params = new URLSearchParams({ "match[]": matcher, start: `${now - 900}`, end: `${now}`, limit: "5000" });
  const { body, problem } = await get(`${url}/api/v1/series?${params}`, outgoing);
  const data = (body as { data?: unknown } | undefined)?.data;
  return problem === undefined && Array.isArray(data) ? data as SeriesLabels[] : undefined;
}
