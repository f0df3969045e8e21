import assert from "node:assert/strict";
import { anIncident } from "../services/agent/delivery/testing/incident.ts";
import { pageText } from "../services/agent/delivery/mod.ts";
import { investigateRecorded } from "../services/agent/investigation/testing/investigation.ts";
import type { Recorded, RecordedLog } from "../services/agent/investigation/testing/recorded.ts";

const demo: Recorded = JSON.parse(Deno.readTextFileSync(
  new URL(
    "../services/agent/investigation/situations/null_dereference_on_one_route_fresh_system_both_instances.json",
    import.meta.url,
  ),
));

/** The page about a trouble in whose log these entries stand; no rule of the shipped service leads to their places. */
async function pageOf(logs: readonly RecordedLog[]): Promise<string> {
  const { diagnosis } = await investigateRecorded({ ...demo, logs, code: {} });
  return pageText(anIncident({ diagnosis }));
}

const TRACE =
  "quote failed\njava.lang.IllegalStateException: no rate\n\tat com.acme.fares.Pricing.rateOf(Pricing.java:16)\n\tat com.acme.fares.Desk.quote(Desk.java:31)";

Deno.test("a page names the place as printed when no rule leads from it to the repository", async () => {
  const page = await pageOf([{ message: TRACE, level: "ERROR", from: 100, to: 2, count: 40 }]);
  assert.match(page, /java\.lang\.IllegalStateException: no rate.*thrown at com\/acme\/fares\/Pricing\.java:16/);
  assert.match(page, /rule under code\.frames .* com\/acme\/fares\/Pricing\.java/);
});

Deno.test("a page names the rarer error that was thrown beside louder ones without a trace", async () => {
  const page = await pageOf([
    { message: "upstream desk-2 is slow, giving up", level: "ERROR", from: 100, to: 2, count: 400 },
    { message: TRACE, level: "ERROR", from: 100, to: 2, count: 9 },
  ]);
  assert.match(page, /upstream desk-2 is slow, giving up/);
  assert.match(page, /Look at com\/acme\/fares\/Pricing\.java:16, too/);
});
