/** How bad an alert is, the most severe first. */
export const SEVERITY_LEVELS = ["critical", "high", "warning", "low", "info", "none"] as const;
export type SeverityLevel = typeof SEVERITY_LEVELS[number];

/** Words of monitoring systems and what they mean here; a configuration may add to them and change them. */
export const SEVERITY_WORDS: Readonly<Record<string, SeverityLevel>> = {
  ...words("critical", "critical crit fatal panic emergency emerg alert disaster page paging pager urgent blocker"),
  ...words("critical", "catastrophic outage down severe showstopper immediate highest vital"),
  ...words("high", "high major error err important serious"),
  ...words("warning", "warning warn medium moderate average minor degraded normal"),
  ...words("low", "low ticket email trivial lowest cosmetic planning"),
  ...words("info", "info information informational informative notice debug verbose trace"),
  ...words("none", "none ok okay cleared clear heartbeat deadman watchdog"),
};

// A color is a severity only by itself: in several words it may be anything's.
const COLORS: Readonly<Record<string, SeverityLevel>> = {
  red: "critical",
  orange: "high",
  yellow: "warning",
  green: "none",
};
const NUMBERED: readonly SeverityLevel[] = ["critical", "critical", "high", "warning", "low", "info"];
const NUMBER = /^(?:p|sev|severity|s|prio|priority|level|lvl|l|tier|t)?[\s_.:#-]*([0-9])$/;
const LONGEST_WORD = 60;
const UNKNOWN_RANK = 3;

/**
 * The level that a severity means: a word in use, `P1` to `P5`, `SEV-1`, `S1`, a number (1 is the most severe), or the
 * first of them in several words (`P1 - Critical`). `table` (words in small letters) goes first. Undefined when nothing
 * in it is known.
 */
export function severityLevel(
  severity: string,
  table: Readonly<Record<string, SeverityLevel>> = {},
): SeverityLevel | undefined {
  const whole = severity.slice(0, LONGEST_WORD).trim().toLowerCase();
  const level = levelOfWord(whole, table) ?? (Object.hasOwn(COLORS, whole) ? COLORS[whole] : undefined);
  if (level !== undefined) return level;
  for (const part of whole.split(/[^\p{L}\p{N}]+/u)) {
    const found = part === "" ? undefined : levelOfWord(part, table);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** 0 for `critical` to 5 for `none`; what is not understood counts as `low` does. */
export function severityRank(severity: string): number {
  const level = severityLevel(severity);
  return level === undefined ? UNKNOWN_RANK : SEVERITY_LEVELS.indexOf(level);
}

/** The most severe of `severities`, the first among equals; empty when there are none. */
export function mostSevere(severities: readonly string[]): string {
  return severities.filter((severity) => severity !== "")
    .reduce((best, next) => best === "" || severityRank(next) < severityRank(best) ? next : best, "");
}

/** Whether a person is to be disturbed for it: `info` and `none` are for the record. */
export function callsForPerson(severity: string): boolean {
  return severityRank(severity) < SEVERITY_LEVELS.indexOf("info");
}

// Channels that page nobody.
const QUIET = ["log"];

/** The channels of `notify` for an incident of this severity: one that pages nobody goes only to quiet channels. */
export function channelsFor(severity: string, notify: readonly string[]): readonly string[] {
  return callsForPerson(severity) ? notify : notify.filter((name) => QUIET.includes(name));
}

function levelOfWord(word: string, table: Readonly<Record<string, SeverityLevel>>): SeverityLevel | undefined {
  if (Object.hasOwn(table, word)) return table[word];
  if (Object.hasOwn(SEVERITY_WORDS, word)) return SEVERITY_WORDS[word];
  const digit = NUMBER.exec(word)?.[1];
  return digit === undefined ? undefined : NUMBERED[Math.min(Number(digit), NUMBERED.length - 1)];
}

function words(level: SeverityLevel, list: string): Record<string, SeverityLevel> {
  return Object.fromEntries(list.split(" ").map((word) => [word, level]));
}
