import { parse, stringify } from "yaml";

const DURATION = /^(\d+)(s|m|h|d)$/;
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Keys of Prometheus', Alertmanager's and the agent's configuration whose values are durations. */
const KEYS = new Set([
  "scrape_interval",
  "scrape_timeout",
  "evaluation_interval",
  "interval",
  "refresh_interval",
  "for",
  "group_wait",
  "group_interval",
  "repeat_interval",
  "window",
]);

/**
 * A configuration file with every duration in it, and every window of a rule's expression, divided by `speed`; to whole
 * seconds, and 1 s at least. What is to happen within a minute then happens within a minute divided by `speed`.
 */
export function shortened(yaml: string, speed: number): string {
  if (speed === 1) return yaml;
  const visit = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => visit(item, key));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, visit(item, name)]));
    }
    if (typeof value !== "string") return value;
    if (KEYS.has(key)) return shorter(value, speed);
    if (key === "expr") return value.replaceAll(/\[(\w+)\]/g, (_, window: string) => `[${shorter(window, speed)}]`);
    return value;
  };
  return stringify(visit(parse(yaml), ""));
}

function shorter(duration: string, speed: number): string {
  const [, count, unit] = DURATION.exec(duration) ?? [];
  if (count === undefined) throw new Error(`Cannot shorten ${JSON.stringify(duration)}: expected a duration like 30s`);
  const seconds = Number(count) * UNITS[unit!]!;
  return seconds === 0 ? duration : `${Math.max(1, Math.round(seconds / speed))}s`;
}
