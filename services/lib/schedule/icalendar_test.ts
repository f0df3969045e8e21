import assert from "node:assert/strict";
import { icalendar, shiftEvents } from "./mod.ts";

const from = Temporal.Instant.from("2026-01-05T08:00:00.5Z");
const to = Temporal.Instant.from("2026-01-12T08:00:00Z");
const stamp = Temporal.Instant.from("2026-01-01T00:00:00Z");
const nameOf = () => "Anna; Müller, on duty";

Deno.test("icalendar() writes shifts as events in UTC, with escaped texts and CRLF", () => {
  const events = shiftEvents([{ person: "anna", from, to, by: "primary" }], { schedule: "payments", nameOf });
  assert.deepEqual(icalendar("payments", events, stamp).split("\r\n"), [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//OnCallAgent//oncall//EN",
    "X-WR-CALNAME:payments",
    "BEGIN:VEVENT",
    "UID:20260105T080000Z-anna-payments@oncall",
    "DTSTAMP:20260101T000000Z",
    "DTSTART:20260105T080000Z",
    "DTEND:20260112T080000Z",
    "SUMMARY:Anna\\; Müller\\, on duty on call: payments",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ]);
});

Deno.test("icalendar() folds long lines at 75 bytes without cutting a character", () => {
  const text = icalendar("ü".repeat(200), [], stamp);
  for (const line of text.split("\r\n")) assert.ok(new TextEncoder().encode(line).length <= 75);
  assert.ok(text.replaceAll("\r\n ", "").includes(`X-WR-CALNAME:${"ü".repeat(200)}\r\n`));
});

Deno.test("shiftEvents() leaves gaps out, or names them", () => {
  const gap = { person: undefined, from, to, by: "none" };
  assert.deepEqual(shiftEvents([gap], { schedule: "payments", nameOf }), []);
  assert.equal(shiftEvents([gap], { schedule: "payments", nameOf, gap: "NOBODY" })[0]?.summary, "NOBODY");
});
