import assert from "node:assert/strict";
import { sampleAlert, sampleIncident } from "../incidents/conformance/mod.ts";
import type { IncidentView } from "../incidents/mod.ts";
import { parseCatalogue } from "./catalogue/mod.ts";
import { createStoppedTraffic } from "./stopped_traffic.ts";

const NOW = new Date("2026-01-01T12:10:00.000Z");
const END = NOW.getTime() / 1000;
const CATALOGUE = parseCatalogue(`
services:
  - name: cart
    match: [{ service: cart }]
    metrics:
      selector: job="cart"
      requests: { metric: cart_requests_total }
  - name: bare
    match: [{ service: bare }]
`);

function resolved(service = "cart", id = "0197c0de-0000-7000-8000-000000000001"): IncidentView {
  return {
    ...sampleIncident({ id, state: "resolved", service, resolved_at: "2026-01-01T12:09:50.000Z" }),
    alerts: [sampleAlert({ status: "resolved", starts_at: "2026-01-01T12:00:00.000Z", labels: { service } })],
    timeline: [],
    tool_calls: [],
    diagnosis: null,
    notifications: [],
    messages: [],
    tickets: [],
  };
}

type Answer = (url: URL) => unknown;

/** The check against a server that answers with these results, and what it was asked. */
function checkOf(answer: Answer, more: object = {}) {
  const asked: URL[] = [];
  const fetch = (async (input: RequestInfo | URL) => {
    await Promise.resolve();
    const url = new URL(input as string);
    asked.push(url);
    const resultType = url.pathname.endsWith("_range") ? "matrix" : "vector";
    return Response.json({ status: "success", data: { resultType, result: answer(url) }, ...more });
  }) as typeof globalThis.fetch;
  const check = createStoppedTraffic({ catalogue: CATALOGUE, promUrl: "http://p.test", fetch, now: () => NOW });
  return { check, asked };
}

/** Requests until 12:05, as a rate over a minute shows them. */
const HISTORY = [{
  metric: {},
  values: Array.from({ length: 80 }, (_, i) => END - 1200 + i * 15).map((at) => [at, at <= END - 255 ? "4" : "0"]),
}];
const stopped = (now: unknown[]): Answer => (url) => url.pathname.endsWith("_range") ? HISTORY : now;

for (
  const [name, now] of [["zero", [{ metric: {}, value: [END, "0"] }]], ["absent", []]] as const
) {
  Deno.test(`createStoppedTraffic() says since when there are no requests when the rate is ${name}`, async () => {
    const { check, asked } = checkOf(stopped([...now]));
    assert.equal(await check(resolved()), "2026-01-01T12:05:00Z");
    assert.equal(asked[0]!.searchParams.get("query"), 'sum(rate(cart_requests_total{job="cart"}[1m]))');
  });
}

Deno.test("createStoppedTraffic() asks once per resolution, whoever wants to know", async () => {
  const { check, asked } = checkOf(stopped([]));
  assert.deepEqual(await Promise.all([check(resolved()), check(resolved())]), Array(2).fill("2026-01-01T12:05:00Z"));
  assert.equal(asked.length, 2);
});

Deno.test("createStoppedTraffic() says nothing when requests go on", async () => {
  const { check, asked } = checkOf(() => [{ metric: {}, value: [END, "3.5"] }]);
  assert.equal(await check(resolved()), undefined);
  assert.equal(asked.length, 1);
});

Deno.test("createStoppedTraffic() says nothing when there never were requests", async () => {
  assert.equal(await checkOf(() => []).check(resolved()), undefined);
});

Deno.test("createStoppedTraffic() says nothing when the answer is partial or no number", async () => {
  assert.equal(await checkOf(stopped([]), { isPartial: true }).check(resolved()), undefined);
  assert.equal(await checkOf(stopped([{ metric: {}, value: [END, "NaN"] }])).check(resolved()), undefined);
});

Deno.test("createStoppedTraffic() asks nothing when no metrics are configured, the service is unknown, or it fires", async () => {
  const { check, asked } = checkOf(stopped([]));
  assert.equal(await check(resolved("bare")), undefined);
  assert.equal(await check(resolved("other")), undefined);
  assert.equal(await check({ ...resolved(), state: "diagnosed", resolved_at: null }), undefined);
  assert.equal(asked.length, 0);
});

Deno.test("createStoppedTraffic() says nothing when Prometheus is away, and then leaves it alone", async () => {
  let asked = 0;
  const check = createStoppedTraffic({
    catalogue: CATALOGUE,
    promUrl: "http://p.test",
    fetch: () => {
      asked++;
      return Promise.reject(new TypeError("connection refused"));
    },
    now: () => NOW,
  });
  assert.equal(await check(resolved()), undefined);
  assert.equal(await check(resolved("cart", "0197c0de-0000-7000-8000-000000000002")), undefined);
  assert.equal(asked, 1);
});

Deno.test("createStoppedTraffic() does not wait for a Prometheus that never answers", async () => {
  const check = createStoppedTraffic({
    catalogue: CATALOGUE,
    promUrl: "http://p.test",
    fetch: () => new Promise(() => {}),
    now: () => NOW,
  });
  assert.equal(await check(resolved()), undefined);
});
