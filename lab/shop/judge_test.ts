import assert from "node:assert/strict";
import type { IncidentView } from "../../services/lib/incident/mod.ts";
import { isShopRight, judgeShop, type ShopDiagnosis, type ShopEvidence } from "./judge.ts";
import { LISTENERS, type Ports } from "./ports.ts";
import { parseShopScenario } from "./scenario.ts";

const AT = "2026-01-01T12:00:10.000Z";
const ports = Object.fromEntries(LISTENERS.map((name, index) => [name, 4_000 + index])) as Ports;

const scenario = parseShopScenario(
  "x",
  `title: x
seed: 1
distance: 2
truth:
  - service: [payments]
    kind: [unauthorized]
    place: [acquirer]
`,
);
const control = parseShopScenario("c", "title: c\nseed: 2\ntruth: none\n");

function told(values: Partial<ShopDiagnosis>, service = "gateway") {
  const diagnosis = {
    verdict: "cause_found",
    root_cause: "payments gets 401 Unauthorized from 127.0.0.1:4010",
    affected_file: null,
    line_number: null,
    confidence: 0.8,
    claims: [],
    at: AT,
    ...values,
  } as unknown as ShopDiagnosis;
  const incident = { id: service, service, title: service, opened_at: AT, alerts: [], diagnosis } as unknown;
  return { incident: incident as IncidentView, diagnosis };
}

function evidence(values: Partial<ShopEvidence>): ShopEvidence {
  const onsetMs = Date.parse(AT) - 10_000;
  return { seed: 1, onsetMs, told: [], incidents: [], pages: 1, messages: 1, ports, root: "/nowhere", ...values };
}

Deno.test("judgeShop() finds service, kind and place right, by the field or by the first words", async () => {
  const byWords = await judgeShop(scenario, evidence({ told: [told({})] }));
  assert.ok(isShopRight(byWords), byWords.wrong.join("; "));
  const byField = await judgeShop(scenario, evidence({ told: [told({ service_at_fault: "payments" })] }));
  assert.ok(isShopRight(byField));
  assert.deepEqual(byField.causes, [{ service: "gateway", confidence: 0.8, right: true }]);
});

Deno.test("judgeShop() says what is wrong: the victim, the kind, a line of code, no diagnosis", async () => {
  const victim = await judgeShop(scenario, evidence({ told: [told({ service_at_fault: "gateway" })] }));
  assert.deepEqual([victim.service_ok, victim.verdict_ok], [false, true]);
  const kind = await judgeShop(
    scenario,
    evidence({ told: [told({ root_cause: "payments is slow at 127.0.0.1:4010" })] }),
  );
  assert.equal(kind.verdict_ok, false);
  const line = await judgeShop(
    scenario,
    evidence({ told: [told({ affected_file: "a.py", line_number: 3, category: "code_error" })] }),
  );
  assert.equal(line.line_ok, false);
  const nothing = await judgeShop(scenario, evidence({ told: [] }));
  assert.deepEqual([isShopRight(nothing), nothing.wrong[0]], [false, "there was no diagnosis"]);
});

Deno.test("judgeShop() wants one page for each cause", async () => {
  const twice = await judgeShop(scenario, evidence({ told: [told({}), told({}, "orders")], pages: 2 }));
  assert.deepEqual([twice.pages_ok, isShopRight(twice)], [false, false]);
});

Deno.test("judgeShop() counts a cause in a control as a false alarm, and no other verdict", async () => {
  const alarm = await judgeShop(control, evidence({ told: [told({})] }));
  assert.deepEqual([alarm.false_alarm, isShopRight(alarm)], [true, false]);
  const quiet = await judgeShop(control, evidence({ told: [told({ verdict: "no_fault_found" })] }));
  assert.deepEqual([quiet.false_alarm, isShopRight(quiet)], [false, true]);
});
