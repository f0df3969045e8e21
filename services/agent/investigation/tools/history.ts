import type { Situation } from "./tool.ts";

/** Range and step of the comparing tools, in seconds. */
export interface History {
  readonly seconds: number;
  readonly step: number;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };
/** The window of a service that names none, in seconds. */
const USUAL_WINDOW = 60;

/** Seconds of a window like `1m`. */
export function windowSeconds(window: string | undefined): number {
  const [, count, unit] = /^(\d+)([smh])$/.exec(window ?? "") ?? [];
  return count === undefined ? USUAL_WINDOW : Math.max(1, Number(count)) * UNITS[unit!]!;
}

/** Fifteen windows in quarters of one: 15 minutes in steps of 15 s for rates of a minute. */
export function historyOf({ window }: { readonly window: string }): History {
  const seconds = windowSeconds(window);
  return { seconds: 15 * seconds, step: Math.max(1, seconds / 4) };
}

/**
 * Seconds since the epoch before which all was presumably well: the usual rules wait for a window, over rates of a
 * window, before they fire.
 */
export function troubleBegan(situation: Situation, end: number): number {
  const window = windowSeconds(situation.service?.metrics?.window);
  const starts = situation.alerts.map((alert) => Date.parse(alert.starts_at) / 1000).filter((at) => at <= end);
  return (starts.length > 0 ? Math.max(Math.min(...starts), end - 15 * window) : end) - 2.5 * window;
}
