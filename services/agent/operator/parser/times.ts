const UNITS: readonly (readonly [pattern: RegExp, ms: number])[] = [
  [/^(s|sec|secs|second|seconds)$/, 1_000],
  [/^(m|min|mins|minute|minutes|minuts|mintues)$/, 60_000],
  [/^(h|hr|hrs|hour|hours|houre)$/, 3_600_000],
  [/^(d|day|days)$/, 86_400_000],
  [/^(w|week|weeks)$/, 604_800_000],
];

const NUMBERS: Readonly<Record<string, number>> = {
  zero: 0,
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  "forty-five": 45,
  sixty: 60,
  ninety: 90,
};

/** Something read from the front of some words. */
export interface Read<T> {
  readonly value: T;
  /** How many words it took. */
  readonly words: number;
}

/** A whole or decimal number in digits or words. */
export function readNumber(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  return /^\d+(\.\d+)?$/.test(word) ? Number(word) : NUMBERS[word];
}

/** A span of time at the front of `words` (small letters), in milliseconds: `30m`, `1h30m`, `half an hour`, `2 hours`. */
export function readDuration(words: readonly string[]): Read<number> | undefined {
  const first = words[0];
  if (first === undefined) return undefined;
  if (first === "half" && /^(a|an)$/.test(words[1] ?? "") && unitMs(words[2]) !== undefined) {
    return { value: unitMs(words[2])! / 2, words: 3 };
  }
  const compact = /^(?:\d+(?:\.\d+)?[a-z]+)+$/.exec(first);
  if (compact !== null) {
    let total = 0;
    for (const [, amount, unit] of first.matchAll(/(?<![\d.])(\d+(?:\.\d+)?)([a-z]+)/g)) {
      const ms = unitMs(unit);
      if (ms === undefined) return undefined;
      total += Number(amount) * ms;
    }
    const more = readDuration(words.slice(1));
    return more === undefined ? { value: total, words: 1 } : { value: total + more.value, words: 1 + more.words };
  }
  const amount = readNumber(first);
  const unit = unitMs(words[1]);
  if (amount === undefined || unit === undefined) return undefined;
  if (words[2] === "and" && words[3] === "a" && words[4] === "half") {
    return { value: (amount + 0.5) * unit, words: 5 };
  }
  return { value: amount * unit, words: 2 };
}

function unitMs(word: string | undefined): number | undefined {
  return word === undefined ? undefined : UNITS.find(([pattern]) => pattern.test(word))?.[1];
}

const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** A day at the front of `words` (small letters) as `YYYY-MM-DD`: `tomorrow`, `fri`, `2026-01-31`, `31 jan`, `in 3 days`. */
export function readDay(words: readonly string[], now: Date): Read<string> | undefined {
  const [first = "", second = "", third = "", fourth = ""] = words;
  const after = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10);
  if (first === "today" || first === "tonight") return { value: after(0), words: 1 };
  if (/^(tomorrow|tomorow|tommorow|tommorrow|tmrw)$/.test(first)) return { value: after(1), words: 1 };
  if (first === "next" && second === "week") return { value: after(7), words: 2 };
  if (first === "end" && second === "of" && (third === "week" || third === "the" && fourth === "week")) {
    return { value: after((5 - now.getUTCDay() + 7) % 7), words: third === "the" ? 4 : 3 };
  }
  if (first === "in") {
    const span = readDuration(words.slice(1));
    if (span === undefined || span.value < 86_400_000) return undefined;
    return { value: after(Math.round(span.value / 86_400_000)), words: 1 + span.words };
  }
  const next = first === "next" || first === "this" ? 1 : 0;
  const word = words[next] ?? "";
  const day = word.length < 3 ? -1 : DAYS.findIndex((name) => name.startsWith(word));
  if (day !== -1) {
    return { value: after(((day - now.getUTCDay() + 7) % 7) || 7), words: 1 + next };
  }
  const iso = /^\d{4}-\d{2}-\d{2}$/.test(first) ? first : undefined;
  if (iso !== undefined) return isDay(iso) ? { value: iso, words: 1 } : undefined;
  return readMonthDay(first, second, now) ?? readMonthDay(second, first, now);
}

function readMonthDay(dayWord: string, monthWord: string, now: Date): Read<string> | undefined {
  const day = /^(\d{1,2})(st|nd|rd|th)?$/.exec(dayWord)?.[1];
  const month = monthWord.length < 3 ? -1 : MONTHS.indexOf(monthWord.slice(0, 3));
  if (day === undefined || month === -1) return undefined;
  const text = (year: number) => `${year}-${String(month + 1).padStart(2, "0")}-${day.padStart(2, "0")}`;
  const thisYear = text(now.getUTCFullYear());
  const value = thisYear < now.toISOString().slice(0, 10) ? text(now.getUTCFullYear() + 1) : thisYear;
  return isDay(value) ? { value, words: 2 } : undefined;
}

function isDay(text: string): boolean {
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 10) === text;
}
