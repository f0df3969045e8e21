import assert from "node:assert/strict";
import fc from "fast-check";
import { redact } from "../../incidents/mod.ts";
import { anIncident } from "../testing/incident.ts";
import type { Matcher } from "./client.ts";
import { incidentMatchers, matchersText } from "./matchers.ts";

const [alert] = anIncident().alerts;

function incidentWith(...labels: Record<string, string>[]) {
  return anIncident({ alerts: labels.map((own) => ({ ...alert!, labels: own })) });
}

/** Whether Alertmanager would take the matcher to hold for a label's value. */
function holds({ value, isRegex }: Matcher, label: string): boolean {
  return isRegex ? new RegExp(`^(?:${value.replaceAll("(?s:", "(?:")})$`, "s").test(label) : label === value;
}

Deno.test("incidentMatchers() puts one condition on each label that the alerts share", () => {
  assert.deepEqual(
    incidentMatchers(
      incidentWith({ service: "a", alertname: "B", pod: "1", no: "" }, { service: "a", alertname: "B" }),
    ),
    [
      { name: "alertname", value: "B", isRegex: false, isEqual: true },
      { name: "service", value: "a", isRegex: false, isEqual: true },
    ],
  );
});

Deno.test("incidentMatchers() lets a pattern stand for what was redacted, and drops no condition", () => {
  const matchers = incidentMatchers(
    incidentWith({ alertname: "B", dsn: redact("postgres://bob:pa55@db.x:5432/a?b=(c)") }),
  );
  assert.deepEqual(matchers, [
    { name: "alertname", value: "B", isRegex: false, isEqual: true },
    { name: "dsn", value: "postgres://(?s:.+)@db\\.x:5432/a\\?b=\\(c\\)", isRegex: true, isEqual: true },
  ]);
  assert.equal(holds(matchers[1]!, "postgres://bob:pa55@db.x:5432/a?b=(c)"), true);
  assert.equal(holds(matchers[1]!, "postgres://bob:pa55@db.y:5432/a?b=(c)"), false);
  assert.match(matchersText(matchers), /^alertname="B", dsn=~"postgres:/);
});

Deno.test("incidentMatchers() holds for the label as it was, whatever stands around the secret", () => {
  const secrets = [
    "ravi@example.com",
    "password=hunter2",
    "card 4111 1111 1111 1111",
    "Bearer abc.def-123",
    "Cookie: a=b",
  ];
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...secrets), fc.string(), (before, secret, after) => {
      const value = `${before}, ${secret}, ${after}`;
      const [matcher] = incidentMatchers(incidentWith({ value: redact(value) }));
      assert.equal(matcher!.isRegex, true);
      assert.equal(holds(matcher!, value), true);
    }),
  );
});

Deno.test("incidentMatchers() puts no condition at all when a label's name was redacted", () => {
  assert.deepEqual(incidentMatchers(incidentWith({ alertname: "B", [redact("ravi@example.com")]: "1" })), []);
});
