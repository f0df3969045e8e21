/** Levels that entries are sorted into. */
export type Level = "TRACE" | "DEBUG" | "INFO" | "NOTICE" | "WARN" | "ERROR" | "FATAL";

const WORDS: Readonly<Record<Level, string>> = {
  TRACE: "TRACE TRAC TRC TRCE FINEST FINER VERBOSE VRB SILLY ALL",
  DEBUG: "DEBUG DEBU DEBG DBUG DBG FINE CONFIG KONFIG",
  INFO:
    "INFO INF INFORMATION INFORMATIONAL INFORMATIONS INFOS INFORMAZIONI INFORMACIÓN HTTP LOG STATEMENT DETAIL HINT CONTEXT SYSTEM 情報 信息",
  NOTICE: "NOTICE NOTE NTC",
  WARN: "WARN WARNING WRN WARNUNG AVERTISSEMENT AVVERTENZA ADVERTENCIA AVISO DEPRECATED 警告",
  ERROR: "ERROR ERR ERRO EROR FAIL SEVERE SCHWERWIEGEND GRAVE FAILURE FAULT 重大 严重",
  FATAL: "FATAL FATA FTL CRITICAL CRIT CRI CRT ALERT EMERG EMERGENCY PANIC PANI PNC DPANIC DISASTER",
};

const BY_WORD = new Map(
  (Object.entries(WORDS) as [Level, string][]).flatMap(([level, words]) => words.split(" ").map((w) => [w, level])),
);
const LETTERS: Readonly<Record<string, Level>> = {
  F: "FATAL",
  C: "FATAL",
  E: "ERROR",
  W: "WARN",
  N: "NOTICE",
  I: "INFO",
  D: "DEBUG",
  V: "TRACE",
  T: "TRACE",
};
const SYSLOG: readonly Level[] = ["FATAL", "FATAL", "FATAL", "ERROR", "WARN", "NOTICE", "INFO", "DEBUG"];
const DOTNET: readonly Level[] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "INFO"];

/** The level that a word stands for, in the spelling of any usual logger; null for other words. */
export function levelOf(word: string): Level | null {
  return BY_WORD.get(word.toUpperCase()) ?? null;
}

/** The level that a single letter stands for. */
export function levelOfLetter(letter: string): Level | null {
  return LETTERS[letter] ?? null;
}

/** Severity of RFC 5424; also the one inside a syslog priority (`facility * 8 + severity`). */
export function levelOfSyslog(severity: number): Level {
  return SYSLOG[severity & 7]!;
}

/** A level written as a number under a field's name: each logger counts in its own way. */
export function levelOfNumber(value: number, name = "level"): Level | null {
  if (!Number.isFinite(value)) return null;
  if (name === "loglevel" && value <= 6) return DOTNET[value] ?? null;
  if (name === "severitynumber") return ranked(value, [5, 9, 13, 17, 21]);
  if (name === "levelno" || name === "no") return ranked(value, [10, 20, 30, 40, 50]);
  if (value >= 2000) return ranked(value, [10_000, 20_000, 30_000, 40_000, 50_000]);
  if (value >= 700) return ranked(value, [500, 800, 900, 1000, 1100]);
  if (value >= 100) return ranked(value, [100, 200, 300, 400, 500]);
  // pino, bunyan: 10, 20, … 60; below, syslog's severities.
  return value >= 10 ? ranked(value, [20, 30, 40, 50, 60]) : value >= 0 && value <= 7 ? levelOfSyslog(value) : null;
}

function ranked(value: number, [debug, info, warn, error, fatal]: readonly number[]): Level {
  if (value >= fatal!) return "FATAL";
  if (value >= error!) return "ERROR";
  if (value >= warn!) return "WARN";
  return value >= info! ? "INFO" : value >= debug! ? "DEBUG" : "TRACE";
}

const ALL = [...BY_WORD.keys()].filter((word) => /^[A-Z]{3,}$/.test(word)).sort((a, b) => b.length - a.length);
const LOUD = ALL.filter((w) =>
  !/^(?:ALL|CRI|CONFIG|HTTP|LOG|NOTE|STATEMENT|DETAIL|HINT|CONTEXT|SYSTEM|FAIL|FAULT|FINE|FAILURE)$/.test(w)
);
/** Words that begin sentences and prefixes as often as they are levels. */
const QUIET = LOUD.filter((w) => !/^(?:GRAVE|ALERT|DEPRECATED|AVISO|TRAC)$/.test(w));
const UPPER = new RegExp(`(?<![\\w-])(?:${LOUD.join("|")})(?![\\w-])`);
const ENCLOSED = new RegExp(`[[<(|\\t]\\s{0,3}(?:[\\w.-]{1,40}[:.])?(${ALL.join("|")})\\s{0,9}[\\]>)|\\t]`, "i");
const FIRST = new RegExp(
  `^[\\s\\]|:>-]{0,6}(${[...QUIET, "FAIL"].join("|")})(?=[:\\t\\]|,/]| {2}| [\\w.-]{1,60} :|$)`,
  "i",
);
/** Postgres and PHP: `LOG:  …`, `DETAIL:  …`. */
const SPOKEN = /^[\s\]|:>-]{0,6}(?:\S{1,60} ){0,3}(LOG|STATEMENT|DETAIL|HINT|CONTEXT): /;
const WORD = /^[\s|:-]{0,6}([[<(])?\s?([A-Za-z]{3,13})(?=[\s\]>):|])/;
const QUICK = new Set(["TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL", "SEVERE"]);
const LETTER = /^[\s\]|-]{0,4}([FCEWNIDVT])(?=[/,|\]]|\s{1,4}(?:[A-Z]{2,}|[[-]))/;
/** `error close failed`: a level only where other lines of the source begin with one. */
const BARE = new RegExp(`^\\s{0,4}(${QUIET.join("|")})(?= \\S)`, "i");
/** Words that begin no sentence. */
const PLAIN = /^(?:info|debug|trace|verbose|silly|warn|dbg|inf|wrn)$/i;
/** Whether a word in lower case is a level where a colon follows it. */
export function isLevelWord(word: string): boolean {
  return QUIET.includes(word.toUpperCase()) || word === "fail";
}

/** How far into a line a level is looked for. */
const REACH = 160;

/** A level and where in the text it stands. */
export interface FoundLevel {
  readonly level: Level;
  readonly start: number;
  readonly end: number;
}

/** What is known of a source's lines: whether they begin with a level in lower case and nothing around it. */
export interface LevelHabit {
  bare: boolean;
}

/** The level that the beginning of a line names; `after` says that a time stood before it. */
export function findLevel(text: string, after: boolean, habit?: LevelHabit): FoundLevel | null {
  const head = text.slice(0, REACH);
  // Nearly always the level is the first word.
  const word = WORD.exec(head);
  if (word && (word[1] !== undefined || word[2] === word[2]!.toUpperCase()) && QUICK.has(word[2]!.toUpperCase())) {
    return { level: levelOf(word[2]!)!, start: word[0].length - word[2]!.length, end: word[0].length };
  }
  const found: FoundLevel[] = [];
  const add = (match: RegExpExecArray | null, word = match?.[1], level = word === undefined ? null : levelOf(word)) => {
    if (match === null || word === undefined || level === null) return;
    const start = match.index + match[0].indexOf(word);
    found.push({ level, start, end: start + word.length });
  };
  const upper = UPPER.exec(head);
  add(upper, upper?.[0]);
  add(ENCLOSED.exec(head));
  if (after) {
    add(FIRST.exec(head));
    add(SPOKEN.exec(head));
    const letter = LETTER.exec(head);
    add(letter, letter?.[1], letter && levelOfLetter(letter[1]!));
    const bare = BARE.exec(head);
    if (bare && habit && PLAIN.test(bare[1]!)) habit.bare = true;
    if (bare && habit?.bare) add(bare);
  }
  return found.sort((a, b) => a.start - b.start)[0] ?? null;
}
