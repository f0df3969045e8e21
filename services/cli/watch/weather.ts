import { bad, duration, Output, percent, quiet, sparkline, warn } from "../../terminal/mod.ts";
import { CliError } from "../exit.ts";
import type { Context } from "../frame.ts";
import { type ActiveAlert, activeAlerts, ERROR_RATE, instant, REQUEST_RATE } from "../prometheus.ts";

/** The service as Prometheus sees it. */
export interface Weather {
  readonly requestRate: number | null;
  readonly errorRate: number | null;
  readonly alerts: readonly ActiveAlert[];
}

/** Looks at Prometheus; null when it does not answer. */
export async function lookOutside(context: Context): Promise<Weather | null> {
  try {
    const [requestRate, errorRate, alerts] = await Promise.all([
      instant(context, REQUEST_RATE),
      instant(context, ERROR_RATE),
      activeAlerts(context),
    ]);
    return { requestRate, errorRate, alerts };
  } catch (error) {
    if (error instanceof CliError) return null;
    throw error;
  }
}

/** The share of failed requests from which the alert fires. */
const THRESHOLD = 0.2;
const HISTORY = 400;

/** The live line of `watch`: rates, the error rate's chart, alerts. */
export class WeatherLine {
  readonly #history: (number | null)[] = [];

  /** Takes one more reading and gives the lines for it. */
  lines(weather: Weather | null, { out, now, width }: { out: Output; now: Date; width: number }): string[] {
    this.#history.push(weather?.errorRate ?? null);
    if (this.#history.length > HISTORY) this.#history.shift();
    if (weather === null) return [out.paint("Prometheus does not answer".slice(0, width), "warn")];
    const { requestRate, errorRate, alerts } = weather;
    const rate = requestRate === null ? "- requests/s" : `${requestRate.toFixed(1)} requests/s`;
    const errors = errorRate === null ? "errors not measured" : `errors ${percent(errorRate)}`;
    const text = `${rate}  ${errors}  `;
    const chart = sparkline(this.#history, { width: Math.max(8, Math.min(60, width - text.length)), max: 1 });
    const tone = (errorRate ?? 0) > THRESHOLD ? "bad" : "good";
    const lines = [`${rate}  ${out.paint(errors, errorRate === null ? "quiet" : tone)}  ${out.paint(chart, tone)}`];
    for (const { name, state, since } of alerts) {
      const lasted = `${state}  ${name}, for ${duration(now.getTime() - Date.parse(since))}`.slice(0, width);
      lines.push(out.paint(lasted, state === "firing" ? "bad" : "warn"));
    }
    return lines;
  }
}

/** Tells when an alert begins to wait, fires or ends. */
export class AlertNews {
  #states = new Map<string, string>();

  /** What has changed since the last look; nothing at the first. */
  read(alerts: readonly ActiveAlert[]): { name: string; state: string; cells: [ReturnType<typeof bad>, string] }[] {
    const states = new Map<string, string>();
    for (const { name, state } of alerts) if (states.get(name) !== "firing") states.set(name, state);
    const news = [...states].filter(([name, state]) => this.#states.get(name) !== state)
      .map(([name, state]) => ({
        name,
        state,
        cells: [state === "firing" ? bad("firing") : warn(state), name] as [ReturnType<typeof bad>, string],
      }));
    for (const name of this.#states.keys()) {
      if (!states.has(name)) news.push({ name, state: "inactive", cells: [quiet("over"), name] });
    }
    this.#states = states;
    return news;
  }
}
