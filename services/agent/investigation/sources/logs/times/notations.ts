import { ABBREVIATED, zoneOf } from "./zone.ts";

/** What a time is read against. */
export interface TimeContext {
  /** Zone of times that name none; UTC where it is not known. */
  readonly zone?: string | undefined;
  /** Milliseconds that a time without a year or a date is near to and not after; without it such a time is not read. */
  readonly near?: number | undefined;
}

/** A time at the beginning of a text. */
export interface ReadTime {
  readonly ms: number;
  /** Where the text goes on. */
  readonly end: number;
  /** It named its zone, or is counted from the epoch. */
  readonly zoned: boolean;
  readonly notation: string;
}

type Groups = Record<string, string | undefined>;

interface Fields {
  readonly year?: number | undefined;
  readonly month?: number | undefined;
  readonly day?: number | undefined;
}

interface Notation {
  readonly name: string;
  readonly pattern: RegExp;
  /** The date of its groups; null when they are none. */
  readonly date: (groups: Groups, context: TimeContext) => Fields | null;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH =
  "(?<name>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\\.?";
const WEEKDAY = "(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? {1,2})?";
const CLOCK =
  "(?<h>\\d{1,2}):(?<mi>\\d\\d)(?::(?<s>\\d\\d)(?:[.,:](?<f>\\d{1,9})(?!\\d))?)?(?: ?(?<half>[AaPp])\\.?[Mm]\\.?(?![a-z]))?";
const ZONE =
  `(?:(?<zone>Z|[+-]\\d\\d(?::?\\d\\d)?)(?![\\w:])| (?<zone2>[+-]\\d\\d:?\\d\\d|Z|(?:UTC|GMT)(?:[+-]\\d{1,2}(?::?\\d\\d)?)?|${ABBREVIATED}|[A-Z][a-z]+/[A-Z][A-Za-z_]+)(?![\\w:]))?`;
const YMD = "(?<y>\\d{4})[-/.](?<mo>\\d{1,2})[-/.](?<d>\\d{1,2})";

const byNumber = (g: Groups): Fields => ({ year: year(g.y!), month: Number(g.mo), day: Number(g.d) });
const byName = (g: Groups): Fields => ({
  year: g.y === undefined ? undefined : year(g.y),
  month: MONTHS.indexOf(g.name!.slice(0, 3).toLowerCase()) + 1,
  day: Number(g.d),
});

/** Every notation of a time that loggers begin a line with; the first one that fits is taken. */
const NOTATIONS: readonly Notation[] = [
  { name: "ISO 8601", pattern: sticky(`${WEEKDAY}${YMD}(?:[T_:]|,? (?:- )?)${CLOCK}${ZONE}`), date: byNumber },
  {
    name: "ISO 8601, basic",
    pattern: sticky(
      `(?<y>20\\d\\d)(?<mo>\\d\\d)(?<d>\\d\\d)[T _-]?(?<h>\\d\\d):?(?<mi>\\d\\d):?(?<s>\\d\\d)(?:[.,](?<f>\\d{1,9}))?(?!\\d)${ZONE}`,
    ),
    date: byNumber,
  },
  {
    name: "day month-name year",
    pattern: sticky(
      `${WEEKDAY}(?<d>\\d{1,2})[-/ .]{1,2}${MONTH}[-/ ,]{1,2}(?<y>\\d{4}|\\d\\d)(?::{1,2}|[ T]|, )${CLOCK}${ZONE}`,
    ),
    date: byName,
  },
  {
    name: "month-name day, year",
    pattern: sticky(`${WEEKDAY}${MONTH} {1,2}(?<d>\\d{1,2})(?:st|nd|rd|th)?,? (?<y>\\d{4}),? (?:at )?${CLOCK}${ZONE}`),
    date: byName,
  },
  {
    name: "asctime",
    pattern: sticky(`${WEEKDAY}${MONTH} {1,2}(?<d>\\d{1,2}) ${CLOCK}${ZONE} (?<y>20\\d\\d)(?!\\d)`),
    date: byName,
  },
  {
    name: "month-name day, no year",
    pattern: sticky(`${WEEKDAY}${MONTH} {1,2}(?<d>\\d{1,2}) ${CLOCK}${ZONE}`),
    date: (g, context) => withYear(byName(g), context),
  },
  {
    name: "numbers, day and month first",
    pattern: sticky(
      `(?<a>\\d{1,2})(?<sep>[-/.])(?<b>\\d{1,2})\\k<sep>(?<y>20\\d\\d|\\d\\d)(?:,? {1,2}|[T:])${CLOCK}${ZONE}`,
    ),
    date: (g, context) => dayOrMonthFirst(g, context),
  },
  {
    name: "year, month and day of two digits",
    pattern: sticky(`(?<y>2\\d)(?<mo>[01]\\d)(?<d>[0-3]\\d) {1,2}${CLOCK}${ZONE}`),
    date: byNumber,
  },
  {
    name: "month and day, no year",
    pattern: sticky(`(?<mo>\\d\\d)[-/](?<d>\\d\\d) ${CLOCK}${ZONE}`),
    date: (g, context) => withYear({ month: Number(g.mo), day: Number(g.d) }, context),
  },
  {
    name: "Chinese and Japanese",
    pattern: sticky(`(?<y>\\d{4})年(?<mo>\\d{1,2})月(?<d>\\d{1,2})日 ?${CLOCK}${ZONE}`),
    date: byNumber,
  },
  {
    name: "time of day",
    pattern: sticky(`(?=\\d{1,2}:\\d\\d(?::\\d\\d| ?[AaPp][Mm]))${CLOCK}${ZONE}`),
    date: (_, { near }) => near === undefined ? null : {},
  },
];

const EPOCH = /(?<int>\d{10}(?:\d{3}){0,3})(?:[.,](?<f>\d{1,9}))?(?![\w:])|(?<e>1\.\d{3,20}e\+?0?9)(?!\w)/y;

const NAMES = /(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)/y;
const NAMED = NOTATIONS.filter(({ pattern }) =>
  pattern.source.includes("Jan(?:uary)?") || pattern.source.startsWith(WEEKDAY)
);
const NUMBERED = NOTATIONS.filter(({ name }) => !/^(?:month-name|asctime)/.test(name));

/** Notations that may begin with the character at `start`. */
function notationsFrom(text: string, start: number): readonly Notation[] {
  const code = text.charCodeAt(start);
  if (code >= 48 && code <= 57) return NUMBERED;
  NAMES.lastIndex = start;
  return NAMES.test(text) ? NAMED : [];
}

function sticky(source: string): RegExp {
  return new RegExp(source, "y");
}

/** The last answer: the forms that are tried on a line ask for the same time one after the other. */
let last: {
  readonly text: string;
  readonly context: TimeContext;
  readonly start: number;
  readonly time: ReadTime | null;
} | undefined;

/** The time that stands at `start` of a text, in any notation; null when there is none. */
export function readTime(text: string, context: TimeContext, start = 0): ReadTime | null {
  if (last?.start === start && last.context === context && last.text === text) return last.time;
  const time = timeAt(text, context, start);
  last = { text, context, start, time };
  return time;
}

function timeAt(text: string, context: TimeContext, start: number): ReadTime | null {
  for (const { name, pattern, date } of notationsFrom(text, start)) {
    pattern.lastIndex = start;
    const groups = pattern.exec(text)?.groups as Groups | undefined;
    if (groups === undefined) continue;
    const end = pattern.lastIndex;
    const fields = date(groups, context);
    const ms = fields === null ? null : momentOf(fields, groups, context);
    if (ms !== null) return { ms, end, zoned: (groups.zone ?? groups.zone2) !== undefined, notation: name };
  }
  EPOCH.lastIndex = start;
  const epoch = EPOCH.exec(text)?.groups as Groups | undefined;
  const end = EPOCH.lastIndex;
  const ms = epoch === undefined ? null : epochOf(Number(epoch.e ?? `${epoch.int}.${epoch.f ?? 0}`));
  return ms === null ? null : { ms, end, zoned: true, notation: "epoch" };
}

/** Milliseconds of a count of seconds, milliseconds, microseconds or nanoseconds since 1970, by its size. */
export function epochOf(value: number): number | null {
  for (const unit of [1000, 1, 1e-3, 1e-6]) {
    const ms = value * unit;
    // 2001 to 2100.
    if (ms >= 978_307_200_000 && ms < 4_102_444_800_000) return Math.round(ms);
  }
  return null;
}

function momentOf(fields: Fields, groups: Groups, context: TimeContext): number | null {
  const hour = hourOf(groups);
  const minute = Number(groups.mi);
  const second = Number(groups.s ?? 0);
  if (hour === null || minute > 59 || second > 60) return null;
  const zone = zoneOf(groups.zone ?? groups.zone2 ?? context.zone ?? "UTC") ?? (() => 0);
  const ms = Math.floor(Number(`0.${groups.f ?? 0}`) * 1000);
  const rest = ((hour * 60 + minute) * 60 + second) * 1000 + ms;
  if (fields.day === undefined) return nearestDay(rest, zone, context.near!);
  const { year: y, month, day } = fields;
  if (month! < 1 || month! > 12 || day < 1 || day > 31) return null;
  const local = Date.UTC(y!, month! - 1, day) + rest;
  // 31 April is no date.
  if (new Date(local - rest).getUTCDate() !== day) return null;
  return local - zone(local);
}

function hourOf({ h, half }: Groups): number | null {
  const hour = Number(h);
  if (half === undefined) return hour > 23 ? null : hour;
  if (hour < 1 || hour > 12) return null;
  return hour % 12 + (half.toLowerCase() === "p" ? 12 : 0);
}

/** The last such time of day that is not after `near`, with a minute for clocks that differ. */
function nearestDay(rest: number, zone: (localMs: number) => number, near: number): number {
  const day = 86_400_000;
  const localNow = near + zone(near);
  const local = Math.floor(localNow / day) * day + rest;
  const past = local > localNow + 60_000 ? local - day : local;
  return past - zone(past);
}

function withYear(fields: Fields, { near }: TimeContext): Fields | null {
  if (near === undefined) return null;
  const now = new Date(near);
  const year = now.getUTCFullYear();
  // A day of grace, for zones; else it was last year.
  const later = Date.UTC(year, fields.month! - 1, fields.day) > near + 86_400_000;
  return { ...fields, year: later ? year - 1 : year };
}

/** 13/11 can only be a day first; of 04/11 the one that is nearer to now, the American order where both are alike. */
function dayOrMonthFirst(g: Groups, { near = Date.now() }: TimeContext): Fields | null {
  const [a, b, y] = [Number(g.a), Number(g.b), year(g.y!)];
  const monthFirst = { year: y, month: a, day: b };
  const dayFirst = { year: y, month: b, day: a };
  if (a > 12) return dayFirst;
  if (b > 12) return monthFirst;
  if (g.sep === ".") return dayFirst;
  const far = (f: { year: number; month: number; day: number }) =>
    Math.abs(Date.UTC(f.year, f.month - 1, f.day) + 43_200_000 - near);
  return far(dayFirst) < far(monthFirst) ? dayFirst : monthFirst;
}

function year(text: string): number {
  return text.length === 2 ? 2000 + Number(text) : Number(text);
}
