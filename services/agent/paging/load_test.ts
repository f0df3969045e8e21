import assert from "node:assert/strict";
import { parsePeople } from "./mod.ts";

const GOOD = `people:
  anna: { name: Anna Berg, contacts: [{ whatsapp: "+491" }] }
  ravi: { contacts: [{ whatsapp: "+912" }, { email: r@example.com }] }
schedules:
  night:
    zone: Europe/Berlin
    layers:
      - people: [anna, ravi]
        turn: 2 weeks
        starts: 2026-01-05 09:00
        hours:
          - { days: mon-fri, from: "22:00", to: "06:00" }
    overrides:
      - { person: ravi, from: 2026-02-01T09:00:00+01:00, to: 2026-02-02T09:00:00+01:00 }
policies:
  default:
    steps:
      - { page: [night, ravi], wait: 90s }
`;

Deno.test("parsePeople() reads people, schedules and policies", () => {
  const people = parsePeople(GOOD);
  assert.equal(people.nameOf("anna"), "Anna Berg");
  assert.equal(people.nameOf("ravi"), "ravi");
  const policy = people.policyFor({ service: "any", severity: "critical" })!;
  assert.deepEqual(policy.steps, [{ page: ["night", "ravi"], waitMs: 90_000 }]);
  assert.deepEqual(people.peopleOf(policy.steps[0]!, new Date("2026-01-06T22:30:00Z")), ["anna", "ravi"]);
  assert.deepEqual(people.peopleOf(policy.steps[0]!, new Date("2026-01-06T12:00:00Z")), ["ravi"], "outside the hours");
});

Deno.test("parsePeople() names line and field of each mistake, and what to do", () => {
  const cases: [string, string, RegExp][] = [
    [
      "wait: 90s",
      "wait: soon",
      /line 18: policies\.default\.steps\.0\.wait: expected a time span like 30s, 5m, 2h or 1d/,
    ],
    ["zone: Europe/Berlin", "zone: Europe/Bärlin", /line 6: schedules\.night\.zone: expected a time zone/],
    ["[night, ravi]", "[night, zoe]", /there is no person zoe: add one under people/],
    ["turn: 2 weeks", "turn: sometimes", /expected daily, weekly, 3 days or 12 hours/],
    ["days: mon-fri", "days: payday", /expected days like mon-fri or sat,sun/],
    ["2026-01-05 09:00", "2026-02-30 09:00", /expected a date and time that exist/],
    ['{ whatsapp: "+491" }', '{ whatsapp: "+491", email: x }', /expected one channel with an address/],
    ["  night:", "  anna:", /a person is called anna, too: rename one of them/],
    ["people:\n", "persons:\n", /persons/],
  ];
  for (const [from, to, message] of cases) {
    assert.throws(() => parsePeople(GOOD.replace(from, to)), message, `${from} -> ${to}`);
  }
});
