import type { Check, Outgoing } from "../delivery/mod.ts";
import { failed, get, ok, skipped } from "./look.ts";

/** Whether Prometheus answers and scrapes something. */
export async function prometheus(url: string, outgoing: Outgoing): Promise<Check> {
  const name = "Prometheus";
  const asked = await get(`${url}/api/v1/query?query=up`, outgoing);
  if (asked.problem !== undefined) return failed(name, `${asked.problem} (${url}): start it, or set PROM_URL`);
  const result = (asked.body as { data?: { result?: { value?: unknown[] }[] } })?.data?.result;
  if (!Array.isArray(result)) return failed(name, `${url} is not a Prometheus: check PROM_URL`);
  const up = result.filter((series) => series.value?.[1] === "1").length;
  if (result.length === 0) {
    const seconds = await secondsSinceStart(url, outgoing);
    if (seconds < FIRST_SCRAPE_SECONDS) return skipped(name, `${justStarted(seconds)} and has scraped nothing yet`);
    return failed(name, "it scrapes nothing: check its scrape_configs and the discovery file");
  }
  return ok(name, `it answers; ${up} of ${result.length} targets are up`);
}

/** Prometheus looks for targets and Alertmanagers every 5 s, and scrapes a target within its interval after that. */
export const FIRST_SCRAPE_SECONDS = 30;

/** Seconds since Prometheus started; Infinity where it does not report that. */
export async function secondsSinceStart(url: string, outgoing: Outgoing): Promise<number> {
  const { body } = await get(`${url}/api/v1/status/runtimeinfo`, outgoing);
  const started = Date.parse((body as { data?: { startTime?: string } })?.data?.startTime ?? "");
  return Number.isNaN(started) ? Infinity : Math.max(0, (outgoing.now().getTime() - started) / 1_000);
}

/** Explains that it is too early to judge. */
export function justStarted(seconds: number): string {
  return `ask again in a few seconds: it was started ${Math.round(seconds)} s ago`;
}

/** Whether Prometheus knows an Alertmanager. */
export async function alerting(url: string, outgoing: Outgoing): Promise<Check> {
  const name = "Alerting";
  const asked = await get(`${url}/api/v1/alertmanagers`, outgoing);
  if (asked.problem !== undefined) {
    return skipped(name, `cannot ask Prometheus where alerts go: ${asked.problem}`);
  }
  const active = (asked.body as { data?: { activeAlertmanagers?: { url?: string }[] } })?.data?.activeAlertmanagers ??
    [];
  if (active.length === 0) {
    const seconds = await secondsSinceStart(url, outgoing);
    if (seconds < FIRST_SCRAPE_SECONDS) {
      return skipped(name, `Prometheus knows no Alertmanager yet; ${justStarted(seconds)}`);
    }
    return failed(name, "Prometheus knows no Alertmanager: add one under alerting in its configuration");
  }
  return ok(name, `Prometheus sends alerts to ${active.map((one) => one.url).join(", ")}`);
}
