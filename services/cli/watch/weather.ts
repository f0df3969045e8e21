import { oneLine, type Output, percent, sparkline } from "../../lib/terminal/mod.ts";
import { spanText } from "../../lib/timespan/mod.ts";
import { CliError, known } from "../exit.ts";
import type { Context } from "../frame.ts";
import {
  type ActiveAlert,
  activeAlerts,
  INVENTORY,
  ratesOf,
  ruleDurations,
  type WatchedService,
  watchedService,
} from "../prometheus.ts";

/** A service as Prometheus sees it. */
export interface Weather {
  readonly service: string;
  readonly requestRate: number | null;
  readonly errorRate: number | null;
  readonly alerts: readonly ActiveAlert[];
}

/** Polls Prometheus; reads the `for` of each alert once. */
export class Lookout {
  readonly #context: Context;
  #durations = new Map<string, number | undefined>();
  #service: WatchedService | null;

  /** Watches `service`; with null, the first one that the agent lists. */
  constructor(context: Context, service: WatchedService | null) {
    this.#context = context;
    this.#service = service;
  }

  /** The service now, with every alert or the one that is named; null when Prometheus does not answer. */
  async look(only?: string): Promise<Weather | null> {
    this.#service ??= await known(watchedService(this.#context));
    const service = this.#service ?? INVENTORY;
    try {
      const [rates, alerts] = await Promise.all([ratesOf(this.#context, service), activeAlerts(this.#context)]);
      const wanted = alerts.filter(({ name }) => only === undefined || name === only);
      return { service: service.name, ...rates, alerts: await this.#withDurations(wanted) };
    } catch (error) {
      if (error instanceof CliError) return null;
      throw error;
    }
  }

  async #withDurations(alerts: readonly ActiveAlert[]): Promise<ActiveAlert[]> {
    if (alerts.some(({ name, state }) => state === "pending" && !this.#durations.has(name))) {
      const found = await ruleDurations(this.#context);
      for (const { name } of alerts) this.#durations.set(name, found.get(name));
    }
    return alerts.map((alert) => {
      const forSeconds = this.#durations.get(alert.name);
      return forSeconds === undefined ? alert : { ...alert, forSeconds };
    });
  }
}

/** The share of failed requests from which the alert fires. */
const THRESHOLD = 0.2;
const HISTORY = 400;

/** The live lines of `watch`: rates, the error rate's chart, alerts. */
export class WeatherLine {
  readonly #history: (number | null)[] = [];

  /** Takes one more reading and gives the lines for it. */
  lines(weather: Weather | null, { out, now, width }: { out: Output; now: Date; width: number }): string[] {
    this.#history.push(weather?.errorRate ?? null);
    if (this.#history.length > HISTORY) this.#history.shift();
    if (weather === null) return [out.paint("Prometheus does not answer".slice(0, width), "warn")];
    const { errorRate, alerts } = weather;
    const [rate, errors] = rates(weather);
    const text = `${rate}  ${errors}  `;
    const chart = sparkline(this.#history, { width: Math.max(8, Math.min(60, width - text.length)), max: 1 });
    const tone = (errorRate ?? 0) > THRESHOLD ? "bad" : "good";
    const lines = [`${rate}  ${out.paint(errors, errorRate === null ? "quiet" : tone)}  ${out.paint(chart, tone)}`];
    for (const alert of alerts) {
      const text = `${alert.state}  ${alert.name}, ${lasted(alert, now)}`.slice(0, width);
      lines.push(out.paint(text, alert.state === "firing" ? "bad" : "warn"));
    }
    return lines;
  }
}

/** The same as one plain line; undefined while everything is OK. */
export function weatherInWords(weather: Weather | null, now: Date): string | undefined {
  if (weather === null) return undefined;
  const { errorRate, alerts } = weather;
  if (alerts.length === 0 && (errorRate ?? 0) === 0) return undefined;
  return [...rates(weather), ...alerts.map((alert) => `${alert.state} ${alert.name}, ${lasted(alert, now)}`)].join(
    "  ",
  );
}

function rates({ service, requestRate, errorRate }: Weather): [rate: string, errors: string] {
  return [
    `${oneLine(service)} ${requestRate === null ? "-" : requestRate.toFixed(1)} requests/s`,
    errorRate === null ? "errors not measured" : `errors ${percent(errorRate)}`,
  ];
}

function lasted({ state, since, forSeconds }: ActiveAlert, now: Date): string {
  const ms = now.getTime() - Date.parse(since);
  const left = forSeconds === undefined || state !== "pending" ? NaN : forSeconds * 1000 - ms;
  return `for ${spanText(ms)}${Number.isNaN(left) ? "" : `, fires in ${spanText(left)}`}`;
}
