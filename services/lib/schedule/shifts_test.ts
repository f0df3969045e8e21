import assert from "node:assert/strict";
import fc from "fast-check";
import { gaps, type Layer, onCall, type Schedule, shifts } from "./mod.ts";

const instant = (text: string) => Temporal.Instant.from(text);
const layer = (change: Partial<Layer> = {}): Layer => ({
  name: "primary",
  people: ["anna", "ravi", "li"],
  turn: { days: 7 },
  starts: Temporal.PlainDateTime.from("2026-01-05T09:00"),
  zone: "Europe/Berlin",
  windows: [],
  ...change,
});
const schedule = (...layers: Layer[]): Schedule => ({ name: "payments", layers, overrides: [] });
const who = (of: Schedule, at: string) => onCall(of, instant(at)).person;
const told = (list: ReturnType<typeof shifts>) => list.map(({ person, from, to }) => `${person} ${from} ${to}`);

Deno.test("onCall() hands a weekly rotation over at the same time of the wall clock, through daylight saving", () => {
  const weekly = schedule(layer());
  assert.equal(who(weekly, "2026-01-05T07:59:59Z"), undefined, "before it starts");
  assert.equal(who(weekly, "2026-01-05T08:00:00Z"), "anna");
  assert.equal(who(weekly, "2026-01-12T07:59:59Z"), "anna");
  assert.equal(who(weekly, "2026-01-12T08:00:00Z"), "ravi");
  // From 29 March on, 09:00 in Berlin is 07:00 UTC.
  assert.equal(who(weekly, "2026-03-30T06:59:59Z"), "li");
  assert.equal(who(weekly, "2026-03-30T07:00:00Z"), "anna");
});

Deno.test("onCall() turns by exact hours where a turn is hours", () => {
  const half = schedule(layer({ turn: { hours: 12 }, starts: Temporal.PlainDateTime.from("2026-03-28T21:00") }));
  assert.equal(who(half, "2026-03-29T07:59:00Z"), "anna");
  assert.equal(who(half, "2026-03-29T08:00:00Z"), "ravi", "twelve hours later, which the wall calls 10:00");
});

Deno.test("onCall() follows the sun by layers with hours in zones of their own, and an upper layer goes first", () => {
  const every = [1, 2, 3, 4, 5, 6, 7];
  const hours = (from: string, to: string) => [{
    days: every,
    from: Temporal.PlainTime.from(from),
    to: Temporal.PlainTime.from(to),
  }];
  const day = { turn: { days: 1 }, starts: Temporal.PlainDateTime.from("2026-01-01T00:00") } as const;
  const sun = schedule(
    layer({ ...day, name: "last resort", people: ["boss"], zone: "UTC" }),
    layer({ ...day, name: "Asia", people: ["ravi"], zone: "Asia/Kolkata", windows: hours("08:00", "16:00") }),
    layer({ ...day, name: "Europe", people: ["anna"], zone: "Europe/Berlin", windows: hours("09:00", "17:00") }),
    layer({ ...day, name: "America", people: ["sam"], zone: "America/New_York", windows: hours("17:00", "01:00") }),
  );
  assert.equal(who(sun, "2026-06-10T06:00:00Z"), "ravi");
  assert.equal(who(sun, "2026-06-10T08:00:00Z"), "anna", "where two overlap, the later layer");
  assert.equal(who(sun, "2026-06-10T22:00:00Z"), "sam");
  assert.equal(who(sun, "2026-06-11T04:30:00Z"), "sam", "an evening that began the day before");
  assert.equal(who(sun, "2026-06-11T05:00:00Z"), "ravi");
  assert.equal(who(sun, "2026-06-10T18:00:00Z"), "boss");
});

Deno.test("shifts() puts an override in the place of whoever had the time, and merges what belongs together", () => {
  const swapped = {
    ...schedule(layer({ turn: { days: 1 } })),
    overrides: [{ person: "zoe", from: instant("2026-01-06T20:00:00Z"), to: instant("2026-01-07T06:00:00Z") }],
  };
  assert.deepEqual(told(shifts(swapped, instant("2026-01-06T08:00:00Z"), instant("2026-01-08T08:00:00Z"))), [
    "ravi 2026-01-06T08:00:00Z 2026-01-06T20:00:00Z",
    "zoe 2026-01-06T20:00:00Z 2026-01-07T06:00:00Z",
    "ravi 2026-01-07T06:00:00Z 2026-01-07T08:00:00Z",
    "li 2026-01-07T08:00:00Z 2026-01-08T08:00:00Z",
  ]);
});

Deno.test("gaps() finds the weekend of a rotation that works on weekdays", () => {
  const weekdays = schedule(layer({
    windows: [{ days: [1, 2, 3, 4, 5], from: Temporal.PlainTime.from("00:00"), to: Temporal.PlainTime.from("00:00") }],
  }));
  assert.deepEqual(told(gaps(weekdays, instant("2026-03-23T12:00:00Z"), instant("2026-03-31T00:00:00Z"))), [
    "undefined 2026-03-27T23:00:00Z 2026-03-29T22:00:00Z",
  ]);
});

// The slow and obvious way: list every hand-over and every open window as instants, and look where a moment falls.
function slowly({ layers, overrides }: Schedule, at: Temporal.Instant): string | undefined {
  const within = (from: Temporal.Instant, to: Temporal.Instant) =>
    from.epochMilliseconds <= at.epochMilliseconds && at.epochMilliseconds < to.epochMilliseconds;
  const taken = overrides.filter(({ from, to }) => within(from, to)).at(-1);
  if (taken !== undefined) return taken.person;
  for (const { people, turn, starts, zone, windows } of layers.toReversed()) {
    const handovers: Temporal.Instant[] = [];
    for (let i = 0; i < 3_000; i++) {
      const next = "hours" in turn
        ? starts.toZonedDateTime(zone).toInstant().add({ hours: i * turn.hours })
        : starts.add({ days: i * turn.days }).toZonedDateTime(zone).toInstant();
      if (next.epochMilliseconds > at.epochMilliseconds) break;
      handovers.push(next);
    }
    if (handovers.length === 0) continue;
    const around = [-2, -1, 0, 1].map((days) => at.toZonedDateTimeISO(zone).toPlainDate().add({ days }));
    const open = windows.length === 0 || windows.some((window) =>
      around.some((date) => {
        const next = window.to.toString() > window.from.toString() ? date : date.add({ days: 1 });
        return window.days.includes(date.dayOfWeek) && within(
          date.toPlainDateTime(window.from).toZonedDateTime(zone).toInstant(),
          next.toPlainDateTime(window.to).toZonedDateTime(zone).toInstant(),
        );
      })
    );
    if (open) return people[(handovers.length - 1) % people.length];
  }
  return undefined;
}

const zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"];
const time = fc.integer({ min: 0, max: 95 }).map((quarter) =>
  new Temporal.PlainTime(Math.floor(quarter / 4), quarter % 4 * 15)
);
const date = fc.integer({ min: 0, max: 400 }).map((days) => Temporal.PlainDate.from("2025-12-01").add({ days }));
const anyLayer = fc.record({
  name: fc.constantFrom("a", "b", "c"),
  people: fc.uniqueArray(fc.constantFrom("anna", "ravi", "li", "sam"), { minLength: 1 }),
  turn: fc.oneof(
    fc.record({ days: fc.integer({ min: 1, max: 14 }) }),
    fc.record({ hours: fc.integer({ min: 6, max: 60 }) }),
  ),
  starts: fc.tuple(date, time).map(([day, at]) => day.toPlainDateTime(at)),
  zone: fc.constantFrom(...zones),
  windows: fc.array(
    fc.record({ days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }), from: time, to: time }),
    { maxLength: 3 },
  ),
});
const moment = fc.integer({ min: 0, max: 500 * 24 * 4 }).map((n) =>
  instant("2025-12-01T00:00:00Z").add({ minutes: 15 * n })
);
const anySchedule = fc.record({
  name: fc.constant("any"),
  layers: fc.array(anyLayer, { maxLength: 3 }),
  overrides: fc.array(
    fc.tuple(fc.constantFrom("zoe", "anna"), moment, fc.integer({ min: 1, max: 300 }))
      .map(([person, from, quarters]) => ({ person, from, to: from.add({ minutes: quarters * 15 }) })),
    { maxLength: 3 },
  ),
});

Deno.test("onCall() says what the slow and obvious way says, in any zone and at any moment", () => {
  fc.assert(
    fc.property(anySchedule, moment, (any, at) => {
      assert.equal(onCall(any, at).person, slowly(any, at));
    }),
    { numRuns: 500 },
  );
});

Deno.test("shifts() cover a month without hole or overlap, and say at each moment what the slow way says", () => {
  fc.assert(
    fc.property(
      anySchedule,
      moment,
      fc.array(fc.integer({ min: 0, max: 30 * 96 - 1 }), { maxLength: 12 }),
      (any, from, probes) => {
        const to = from.add({ hours: 30 * 24 });
        const found = shifts(any, from, to);
        assert.equal(found[0]?.from.toString(), from.toString());
        assert.equal(found.at(-1)?.to.toString(), to.toString());
        for (const [i, shift] of found.entries()) {
          assert.ok(Temporal.Instant.compare(shift.from, shift.to) < 0);
          if (i > 0) assert.equal(found[i - 1]!.to.toString(), shift.from.toString());
        }
        for (const quarter of probes) {
          const at = from.add({ minutes: 15 * quarter });
          const shift = found.find((one) =>
            Temporal.Instant.compare(one.from, at) <= 0 && Temporal.Instant.compare(at, one.to) < 0
          );
          assert.equal(shift?.person, slowly(any, at));
        }
      },
    ),
    { numRuns: 60 },
  );
});
