import assert from "node:assert/strict";
import { anIncident, aRow } from "../testing/incident.ts";
import { webhookChannel } from "./channel.ts";

const SECRETS = [`whsec_${new Uint8Array(32).toBase64()}`];
const OUTGOING = { fetch, now: () => new Date("2026-01-01T12:00:05.000Z"), timeoutMs: 2_000 };
const drop = () => Promise.resolve();

async function answered(response: () => Response) {
  const bodies: { headers: Headers; body: Record<string, unknown> }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    bodies.push({ headers: request.headers, body: await request.json() });
    return response();
  });
  try {
    const channel = webhookChannel({ url: `http://127.0.0.1:${server.addr.port}/hook`, secrets: SECRETS }, OUTGOING);
    const result = await channel.send(
      { row: aRow({ channel: "webhook" }), view: anIncident(), text: "It is down." },
      drop,
    );
    return { result, bodies };
  } finally {
    await server.shutdown();
  }
}

Deno.test("webhookChannel() posts the kind, the text and the incident as the API has it, under the row's id", async () => {
  const { result, bodies: [got] } = await answered(() => new Response(null, { status: 204 }));
  assert.deepEqual(result, { outcome: "sent", receipt: { webhook_id: aRow().id } });
  const { type, kind, text, incident } = got!.body;
  assert.deepEqual([type, kind, text], ["oncall.diagnosis", "diagnosis", "It is down."]);
  assert.deepEqual(incident, JSON.parse(JSON.stringify(anIncident())));
  assert.equal(got!.headers.get("webhook-id"), aRow().id);
  assert.equal(got!.headers.get("webhook-timestamp"), "1767268805");
  assert.match(got!.headers.get("webhook-signature")!, /^v1,[A-Za-z0-9+/]{43}=$/);
});

for (
  const [status, headers, outcome, afterMs] of [
    [200, {}, "sent", undefined],
    [202, {}, "sent", undefined],
    [301, { location: "http://127.0.0.1:1/" }, "permanent", undefined],
    [400, {}, "permanent", undefined],
    [401, {}, "permanent", undefined],
    [404, {}, "permanent", undefined],
    [408, {}, "retryable", undefined],
    [410, {}, "permanent", undefined],
    [429, { "retry-after": "7" }, "retryable", 7_000],
    [500, {}, "retryable", undefined],
    [503, { "retry-after": "60" }, "retryable", 60_000],
  ] as const
) {
  Deno.test(`webhookChannel() calls a message ${outcome} when the receiver answers ${status}`, async () => {
    const { result } = await answered(() => new Response(null, { status, headers }));
    assert.equal(result.outcome, outcome);
    if (result.outcome === "retryable") assert.equal(result.afterMs, afterMs);
    if (result.outcome === "permanent") assert.match(result.reason, new RegExp(`receiver answered ${status}`));
  });
}
