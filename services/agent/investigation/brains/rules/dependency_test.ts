import assert from "node:assert/strict";
import { investigateRecorded } from "../../testing/investigation.ts";

const CLIENT = "\n    at askCarrier (file:///x/services/inventory/freight.ts:2:9)";

function failing(message: string) {
  return {
    name: "a call that fails",
    alert: { labels: { alertname: "InventoryHighErrorRate", service: "inventory", severity: "critical" }, ago: 30 },
    instances: [{ name: "inv1", instance: "127.0.0.1:8001" }],
    routes: [{
      route: "/items/{id}",
      rps: 12,
      error_percent: [[900, 0], [120, 60]] as [number, number][],
      status: "500",
    }],
    logs: [{ message, from: 115, to: 1, count: 200 }],
    code: { "services/inventory/freight.ts": "export async function askCarrier() {\n  await fetch(url);\n}\n" },
    expect: { verdict: "cause_found" },
  };
}

const CASES = [
  [
    `TypeError: fetch failed${CLIENT}\n  [cause]: Error: connect ECONNREFUSED 10.4.0.9:8080`,
    "dependency_refused",
    "10.4.0.9:8080",
  ],
  [
    `AxiosError: Request failed with status code 401${CLIENT}\n config url: 'http://rates:8080/v1'`,
    "dependency_unauthorized",
    "rates:8080",
  ],
  [`Error: getaddrinfo ENOTFOUND rates.internal${CLIENT}`, "dependency_dns", "rates.internal"],
  [`error: deadlock detected${CLIENT}`, "deadlock", "database"],
  [
    `TimeoutError: Knex: Timeout acquiring a connection. The pool is probably full.${CLIENT}`,
    "pool_exhausted",
    "database",
  ],
] as const;

for (const [message, category, peer] of CASES) {
  Deno.test(`concludeFrom() names the other side, and no error of the client's line, when a call ends as ${category}`, async () => {
    const { diagnosis } = await investigateRecorded(failing(message));
    assert.deepEqual([diagnosis.verdict, diagnosis.category, diagnosis.peer], ["cause_found", category, peer]);
    assert.match(diagnosis.claims.map(({ text }) => text).join(" "), /The call is made at .*freight\.ts:2/);
    assert.ok(diagnosis.claims.every((claim) => claim.verified), JSON.stringify(diagnosis.claims));
  });
}

Deno.test("concludeFrom() names the line when the program's own mistake mentions a connection", async () => {
  const { diagnosis } = await investigateRecorded(
    failing(`TypeError: Cannot read properties of undefined (reading 'connection')${CLIENT}`),
  );
  assert.deepEqual([diagnosis.category, diagnosis.line_number], ["code_error", 2]);
});
