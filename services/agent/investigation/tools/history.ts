import type { Situation } from "./tool.ts";

/** How far back the comparing tools look, and in which steps; seconds. */
export const HISTORY = { seconds: 900, step: 15 } as const;

/**
 * Seconds since the epoch before which all was presumably well: the usual rules wait a minute, over rates of a minute,
 * before they fire.
 */
export function troubleBegan(situation: Situation, end: number): number {
  const starts = situation.alerts.map((alert) => Date.parse(alert.starts_at) / 1000).filter((at) => at <= end);
  return (starts.length > 0 ? Math.max(Math.min(...starts), end - HISTORY.seconds) : end) - 150;
}
