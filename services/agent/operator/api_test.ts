import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { openStore, type Store } from "../incidents/mod.ts";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { operatorRoutes } from "./routes.ts";
import { anIncident, ASKED, ORDER_CHANNELS, outbox } from "./testing/world.ts";

async function withApp(
  body: (post: (json: unknown, id?: string, type?: string) => Promise<Response>, store: Store) => Promise<void>,
) {
  const store = await openStore("sqlite::memory:");
  const settings = {
    twilioAccountSid: undefined,
    twilioAuthToken: undefined,
    operators: [],
    twilioNumber: undefined,
    publicUrl: undefined,
    ...ASKED,
  };
  const app = operatorRoutes({
    store,
    orderChannels: ORDER_CHANNELS,
    log: silentLogger,
    registry: new Registry(),
    settings,
  });
  try {
    await store.transact((tx) => tx.saveIncident(anIncident()));
    await body(
      (json, id = "incident-1", type = "application/json") =>
        Promise.resolve(app.request(`/api/incidents/${id}/messages`, {
          method: "POST",
          headers: { "content-type": type },
          body: typeof json === "string" ? json : JSON.stringify(json),
        })),
      store,
    );
  } finally {
    await store.close();
  }
}

Deno.test("POST /api/incidents/{id}/messages takes a message in for an id or a code", () =>
  withApp(async (post, store) => {
    const response = await post({ text: "ack", from: "asha" }, "k7qf");
    assert.equal(response.status, 202);
    const { message_id, ...answer } = await response.json();
    assert.match(message_id, /^api\/k7qf\//);
    assert.deepEqual(answer, {
      ok: true,
      done: true,
      repeated: false,
      understood: ["ack"],
      replies: ["K7QF is acknowledged by you."],
    });
    assert.equal((await store.view("K7QF"))?.acknowledged_by, "operator:asha");
    assert.deepEqual((await outbox(store)).map((row) => [row.channel, row.kind]), [["conversation", "reply"]]);
  }));

Deno.test("POST /api/incidents/{id}/messages names the message by which its actions are found, and says what was not done", () =>
  withApp(async (post, store) => {
    const ticket = await (await post({ text: "create Jira task" }, "K7QF")).json();
    const [row] = await outbox(store);
    assert.deepEqual([ticket.done, row?.payload.message_id], [true, ticket.message_id]);
    const { notifications } = (await store.view("K7QF"))!;
    assert.equal(notifications.find(({ channel }) => channel === "jira")?.message_id, ticket.message_id);
    for (const text of ["reboot the moon", "silence 9d", "silence", "yes 111111"]) {
      assert.equal((await (await post({ text }, "K7QF")).json()).done, false, text);
    }
    assert.equal((await (await post({ text: "ack and silence 9d" }, "K7QF")).json()).done, false);
  }));

Deno.test("POST /api/incidents/{id}/messages handles a message with the same id once", () =>
  withApp(async (post, store) => {
    for (let i = 0; i < 3; i++) await post({ text: "scale to 3", id: "m-1" });
    assert.equal((await outbox(store)).length, 1);
    assert.equal((await (await post({ text: "scale to 3", id: "m-1" })).json()).repeated, true);
  }));

for (
  const [what, json, status, error, field] of [
    ["no text", {}, 400, "invalid_input", "text"],
    ["a blank text", { text: "  " }, 400, "invalid_input", "text"],
    ["a text that is too long", { text: "a".repeat(4_001) }, 400, "invalid_input", "text"],
    ["a number", { text: 7 }, 400, "invalid_input", "text"],
    ["an unknown key", { text: "ack", admin: true }, 400, "invalid_input", "admin"],
    ["a name of nonsense", { text: "ack", from: "<script>" }, 400, "invalid_input", "from"],
    ["no JSON", "ack", 400, "invalid_json", "JSON"],
  ] as const
) {
  Deno.test(`POST /api/incidents/{id}/messages refuses ${what}`, () =>
    withApp(async (post, store) => {
      const response = await post(json);
      assert.equal(response.status, status);
      const body = await response.json();
      assert.equal(body.error, error);
      assert.ok(body.message.includes(field), body.message);
      assert.deepEqual(await outbox(store), []);
    }));
}

Deno.test("POST /api/incidents/{id}/messages refuses a form of another site's page, and an incident that is not there", () =>
  withApp(async (post, store) => {
    assert.equal((await post('{"text": "scale to 1"}', "incident-1", "text/plain")).status, 415);
    assert.equal((await post({ text: "ack" }, "nowhere")).status, 404);
    assert.deepEqual(await outbox(store), []);
  }));
