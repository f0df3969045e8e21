import * as v from "valibot";

const NAME = v.pipe(
  v.string(),
  v.regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u, "expected letters and digits, no spaces"),
);
const zone = v.pipe(
  v.string("expected a time zone like Europe/Berlin"),
  v.check(isZone, "expected a time zone like Europe/Berlin"),
);
const time = v.pipe(v.string(), v.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "expected a time like 09:00"));
const SPAN = /^(\d+(?:\.\d+)?) ?(s|m|min|h|d)$/;
const UNITS = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400 } as const;
/** A span in milliseconds, from `30s`, `5m`, `2h` or `1d`. */
const span = v.pipe(
  v.string("expected a time span like 5m"),
  v.regex(SPAN, "expected a time span like 30s, 5m, 2h or 1d"),
  v.transform((text) => {
    const [, count, unit] = SPAN.exec(text)!;
    return Number(count) * UNITS[unit as keyof typeof UNITS] * 1_000;
  }),
);
const some = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.minLength(1, "expected at least one"));

/** A way to reach a person: a channel's name and an address that it knows, as `whatsapp: "+491701234567"`. */
const contact = v.pipe(
  v.record(v.string(), v.pipe(v.string("expected an address"), v.nonEmpty("expected an address"))),
  v.check((one) => Object.keys(one).length === 1, 'expected one channel with an address, as whatsapp: "+491701234567"'),
  v.transform((one) => {
    const [[channel, to]] = Object.entries(one) as [[string, string]];
    return { channel, to };
  }),
);

const person = v.strictObject({
  name: v.optional(v.string()),
  /** In the order in which they are tried. */
  contacts: some(contact),
});

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** `mon-fri`, `sat`, or `mon,wed,fri`, as numbers from 1 (Monday) on. */
const days = v.pipe(
  v.string("expected days like mon-fri"),
  v.transform((text) => text.toLowerCase().split(",").flatMap((part) => daysIn(part.trim()) ?? [0])),
  v.check((list) => list.length > 0 && !list.includes(0), "expected days like mon-fri or sat,sun"),
);

const layer = v.strictObject({
  name: v.optional(v.string()),
  people: some(NAME),
  turn: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(daily|weekly|[1-9]\d{0,2} ?(days?|hours?|weeks?))$/, "expected daily, weekly, 3 days or 12 hours"),
      v.transform(turnOf),
    ),
    "weekly",
  ),
  /** The first hand-over, by the zone's clock. */
  starts: v.pipe(
    v.string("expected a date and time like 2026-01-05 09:00"),
    v.regex(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d$/, "expected a date and time like 2026-01-05 09:00"),
    v.check(isDateTime, "expected a date and time that exist"),
  ),
  zone: v.optional(zone),
  hours: v.optional(v.array(v.strictObject({ days: v.optional(days, DAYS.join(",")), from: time, to: time })), []),
});

const instant = v.pipe(
  v.string("expected a time like 2026-02-01T09:00:00Z"),
  v.check(isInstant, "expected a time with its zone, like 2026-02-01T09:00:00+01:00"),
);

const schedule = v.strictObject({
  zone: v.optional(zone, "UTC"),
  layers: some(layer),
  overrides: v.optional(v.array(v.strictObject({ person: NAME, from: instant, to: instant })), []),
});

const policy = v.strictObject({
  /** Whom each step calls: people and schedules by name; and how long it waits for an acknowledgment. */
  steps: some(v.strictObject({ page: some(NAME), wait: v.optional(span, "5m") })),
  /** How often all steps are taken again. */
  repeat: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20)), 1),
  /** Calls again when an acknowledged incident still fires after so long. */
  again_after_ack: v.optional(span),
});

const oneOrMore = <T extends v.GenericSchema>(item: T) => v.union([item, v.array(item)], "expected a text or a list");

/** `config/people.yaml`. */
export const peopleSchema = v.strictObject({
  people: v.record(NAME, person),
  schedules: v.optional(v.record(NAME, schedule), {}),
  policies: v.record(NAME, policy),
  /** The first that fits decides; nothing calls anybody where none fits. */
  routing: v.optional(
    v.array(v.strictObject({
      service: v.optional(oneOrMore(v.string())),
      severity: v.optional(oneOrMore(v.string())),
      policy: NAME,
    })),
    [],
  ),
});

/** What `config/people.yaml` holds. */
export type PeopleFile = v.InferOutput<typeof peopleSchema>;

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function isDateTime(text: string): boolean {
  try {
    Temporal.PlainDateTime.from(text.replace(" ", "T"), { overflow: "reject" });
    return true;
  } catch {
    return false;
  }
}

function isInstant(text: string): boolean {
  try {
    Temporal.Instant.from(text);
    return true;
  } catch {
    return false;
  }
}

function turnOf(text: string): { days: number } | { hours: number } {
  if (text === "daily") return { days: 1 };
  if (text === "weekly") return { days: 7 };
  const count = Number.parseInt(text, 10);
  if (/hour/.test(text)) return { hours: count };
  return { days: /week/.test(text) ? count * 7 : count };
}

function daysIn(part: string): number[] | undefined {
  const [from, to = from] = part.split("-").map((day) => DAYS.findIndex((known) => day.startsWith(known)));
  if (from === undefined || to === undefined || from < 0 || to < 0) return undefined;
  const length = (to - from + 7) % 7 + 1;
  return Array.from({ length }, (_, i) => (from + i) % 7 + 1);
}
