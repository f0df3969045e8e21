import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { openStore, type Store, StoreUnavailable } from "../incidents/mod.ts";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { operatorRoutes } from "./routes.ts";
import {
  ACCOUNT,
  anIncident,
  ASKED,
  messageForm,
  OPERATOR,
  ORDER_CHANNELS,
  outbox,
  PUBLIC_URL,
  sign,
  signedRequest,
  TOKEN,
} from "./testing/world.ts";

const SETTINGS = {
  twilioAccountSid: ACCOUNT,
  twilioAuthToken: TOKEN,
  twilioNumber: "+15550001111",
  operators: [OPERATOR],
  publicUrl: PUBLIC_URL,
  ...ASKED,
};

type App = ReturnType<typeof operatorRoutes>;

async function withApp(
  body: (app: App, store: Store, registry: Registry) => Promise<void>,
  settings: Partial<typeof SETTINGS> = {},
): Promise<void> {
  const store = await openStore("sqlite::memory:");
  const registry = new Registry();
  try {
    await store.transact((tx) => tx.saveIncident(anIncident()));
    const values = { ...SETTINGS, ...settings } as typeof SETTINGS;
    await body(
      operatorRoutes({
        store,
        orderChannels: ORDER_CHANNELS,
        log: silentLogger,
        registry,
        settings: values,
        patienceMs: 0,
      }),
      store,
      registry,
    );
  } finally {
    await store.close();
  }
}

async function untouched(store: Store): Promise<void> {
  assert.deepEqual(await outbox(store), []);
  const view = await store.view("K7QF");
  assert.deepEqual([view?.messages, view?.timeline, view?.acknowledged_by], [[], [], null]);
}

Deno.test("POST /webhook/twilio takes a signed message in and answers with an empty TwiML", () =>
  withApp(async (app, store) => {
    const response = await app.request(signedRequest(messageForm("ack")));
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type")!, /^text\/xml/);
    assert.equal(await response.text(), '<?xml version="1.0" encoding="UTF-8"?><Response/>');
    const view = await store.view("K7QF");
    assert.equal(view?.acknowledged_by, `operator:${OPERATOR}`);
    assert.deepEqual(view?.messages.map(({ from, text }) => [from, text]), [[`operator:${OPERATOR}`, "ack"]]);
    const [row] = await outbox(store);
    assert.deepEqual([row?.channel, row?.kind, row?.payload.to], ["whatsapp", "reply", OPERATOR]);
  }));

Deno.test("POST /webhook/twilio handles a MessageSid once, however often and however closely it comes", () =>
  withApp(async (app, store) => {
    const form = messageForm("create Jira task and assign to Ravi");
    const answers = await Promise.all([1, 2, 3].map(() => app.request(signedRequest(form))));
    answers.push(await app.request(signedRequest(form)));
    assert.deepEqual(answers.map((answer) => answer.status), [200, 200, 200, 200]);
    const rows = await outbox(store);
    assert.deepEqual(rows.map((row) => [row.channel, row.kind, row.payload.assignee]), [[
      "jira",
      "create_jira_ticket",
      "Ravi",
    ]]);
    assert.equal((await store.view("K7QF"))?.messages.length, 1);
  }));

Deno.test("POST /webhook/twilio ignores and counts a number that is not on the list", () =>
  withApp(async (app, store, registry) => {
    const response = await app.request(signedRequest(messageForm("ack", { From: "whatsapp:+15559999999" })));
    assert.equal(response.status, 200);
    await untouched(store);
    assert.match(await registry.metrics(), /messages_total{source="twilio",outcome="stranger"} 1/);
  }));

const NOT_WHATSAPP: Record<string, Record<string, string>> = {
  "an SMS under an operator's number": { From: OPERATOR },
  "an SMS to the number": { From: OPERATOR, To: "+15550001111" },
  "another channel": { From: `messenger:${OPERATOR}` },
  "a number in front of which the word stands later": { From: `${OPERATOR}whatsapp:` },
  "a message to another number of the account": { To: "whatsapp:+15550002222" },
  "a message to the number, but not on WhatsApp": { To: "+15550001111" },
};

for (const [what, overrides] of Object.entries(NOT_WHATSAPP)) {
  Deno.test(`POST /webhook/twilio acts on no ${what}`, () =>
    withApp(async (app, store, registry) => {
      assert.equal((await app.request(signedRequest(messageForm("ack", overrides)))).status, 200);
      await untouched(store);
      assert.match(await registry.metrics(), /messages_total{source="twilio",outcome="stranger"} 1/);
    }));
}

Deno.test("POST /webhook/twilio counts query and base path of PUBLIC_URL as signed", () =>
  withApp(async (app, store) => {
    const form = messageForm("ack");
    const request = new Request("http://127.0.0.1:8088/webhook/twilio?a=1&b=it's", {
      method: "POST",
      headers: { "x-twilio-signature": sign(form, "https://proxy.example.com/base/webhook/twilio?a=1&b=it's") },
      body: form.toString(),
    });
    assert.equal((await app.request(request)).status, 200);
    assert.equal((await store.view("K7QF"))?.messages.length, 1);
  }, { publicUrl: "https://proxy.example.com/base" }));

Deno.test("POST /webhook/twilio says which variables it needs when it is not configured", async () => {
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
  const response = await app.request(signedRequest(messageForm("ack")));
  assert.equal(response.status, 503);
  assert.match((await response.json()).message, /TWILIO_AUTH_TOKEN and PUBLIC_URL/);
  await store.close();
});

Deno.test("POST /webhook/twilio answers 503 when the store cannot take the message", () =>
  withApp(async (_app, store) => {
    const locked = () => Promise.reject(new StoreUnavailable("locked"));
    const away: Store = { ...store, list: locked, transact: locked };
    const app = operatorRoutes({
      store: away,
      orderChannels: ORDER_CHANNELS,
      log: silentLogger,
      registry: new Registry(),
      settings: SETTINGS,
      patienceMs: 0,
    });
    const response = await app.request(signedRequest(messageForm("ack")));
    assert.equal(response.status, 503);
    assert.equal((await response.json()).error, "store_unavailable");
  }));

interface Forgery {
  readonly url?: string;
  readonly body?: string;
  readonly signature?: string | null;
}

const GOOD_URL = `${PUBLIC_URL}/webhook/twilio`;
const good = messageForm("create Jira task and assign to Ravi");
const goodSignature = sign(good, GOOD_URL);
const altered = (change: (form: URLSearchParams) => void) => {
  const form = new URLSearchParams(good);
  change(form);
  return form.toString();
};

const FORGERIES: Readonly<Record<string, Forgery>> = {
  "no signature": { signature: null },
  "an empty signature": { signature: "" },
  "a blank signature": { signature: " " },
  "a signature of nonsense": { signature: "nonsense" },
  "a signature in the wrong alphabet": { signature: "!!!!!!!!!!!!!!!!!!!!!!!!!!!=" },
  "half of the signature": { signature: goodSignature.slice(0, 14) },
  "the signature and a byte more": { signature: `${goodSignature}A` },
  "the signature in small letters": { signature: goodSignature.toLowerCase() },
  "two signatures": { signature: `${goodSignature}, ${goodSignature}` },
  "another auth token": { signature: sign(good, GOOD_URL, "another-token") },
  "an empty auth token": { signature: sign(good, GOOD_URL, "") },
  "the account's SID for a token": { signature: sign(good, GOOD_URL, ACCOUNT) },
  "the token in capitals": { signature: sign(good, GOOD_URL, TOKEN.toUpperCase()) },
  "another text": { body: altered((form) => form.set("Body", "create Jira task and assign to Mallory")) },
  "a text with a space more": { body: altered((form) => form.set("Body", `${form.get("Body")} `)) },
  "another sender": { body: altered((form) => form.set("From", "whatsapp:+15559999999")) },
  "another message SID": { body: altered((form) => form.set("MessageSid", "SM00000000000000000000000000000002")) },
  "a second text": { body: `${good}&Body=ack` },
  "a text before the text": { body: `Body=ack&${good}` },
  "a field more": { body: `${good}&Admin=true` },
  "a field less": { body: altered((form) => form.delete("ProfileName")) },
  "a field of the prototype": { body: `${good}&__proto__=x` },
  "no body": { body: "" },
  "a body of JSON": { body: JSON.stringify(Object.fromEntries(good)) },
  "a signature for another host": { signature: sign(good, "https://evil.example.com/webhook/twilio") },
  "a signature for plain http": { signature: sign(good, "http://oncall.example.com/webhook/twilio") },
  "a signature for another port": { signature: sign(good, "https://oncall.example.com:8443/webhook/twilio") },
  "a signature for another path": { signature: sign(good, `${PUBLIC_URL}/webhook/twilio/status`) },
  "a signature for a path with a slash more": { signature: sign(good, `${GOOD_URL}/`) },
  "a signature without the query": { url: "http://127.0.0.1:8088/webhook/twilio?x=1" },
  "a signature with another query": {
    url: "http://127.0.0.1:8088/webhook/twilio?x=2",
    signature: sign(good, `${GOOD_URL}?x=1`),
  },
  "a signature for the address behind the proxy": { signature: sign(good, "http://127.0.0.1:8088/webhook/twilio") },
  "another account of the same token": {
    body: altered((form) => form.set("AccountSid", `AC${"f".repeat(32)}`)),
    signature: sign(new URLSearchParams(altered((form) => form.set("AccountSid", `AC${"f".repeat(32)}`))), GOOD_URL),
  },
};

for (const [name, forgery] of Object.entries(FORGERIES)) {
  Deno.test(`POST /webhook/twilio refuses ${name}`, () =>
    withApp(async (app, store, registry) => {
      const { signature = goodSignature } = forgery;
      const request = new Request(forgery.url ?? "http://127.0.0.1:8088/webhook/twilio", {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          "x-forwarded-host": "oncall.example.com",
          ...(signature === null ? {} : { "x-twilio-signature": signature }),
        },
        body: forgery.body ?? good.toString(),
      });
      const response = await app.request(request);
      assert.equal(response.status, 403);
      assert.equal((await response.json()).error, "bad_signature");
      await untouched(store);
      assert.match(await registry.metrics(), /messages_total{source="twilio",outcome="forged"} 1/);
    }));
}

Deno.test("POST /webhook/twilio does nothing for a replay of what was signed", () =>
  withApp(async (app, store) => {
    await app.request(signedRequest(messageForm("ack")));
    await outbox(store);
    const before = await store.view("K7QF");
    for (let i = 0; i < 3; i++) await app.request(signedRequest(messageForm("ack")));
    assert.deepEqual(await store.view("K7QF"), before);
    assert.deepEqual(await outbox(store), []);
  }));

Deno.test("POST /webhook/twilio refuses what is longer than any message", () =>
  withApp(async (app, store) => {
    const response = await app.request(signedRequest(messageForm("a".repeat(70_000))));
    assert.equal(response.status, 413);
    await untouched(store);
  }));

Deno.test("POST /webhook/twilio/status tells once what Twilio could not deliver, and sends the template for 63016", () =>
  withApp(async (app, store) => {
    await store.transact((tx) =>
      tx.enqueueOutbox({
        incident_id: "incident-1",
        key: "page",
        channel: "whatsapp",
        kind: "diagnosis",
        payload: {},
        next_at: new Date(0).toISOString(),
      })
    );
    const [page] = await outbox(store);
    const path = `/webhook/twilio/status?row=${page!.id}`;
    const status = (name: string, extra: Record<string, string> = {}) =>
      app.request(
        signedRequest(
          new URLSearchParams({ MessageSid: "SM9", MessageStatus: name, AccountSid: ACCOUNT, ...extra }),
          path,
        ),
      );
    for (const name of ["queued", "sent", "delivered"]) assert.equal((await status(name)).status, 200);
    assert.deepEqual(await outbox(store), []);
    for (let i = 0; i < 2; i++) await status("undelivered", { ErrorCode: "63016" });
    await status("failed", { ErrorCode: "63016" });
    const rows = await outbox(store);
    assert.deepEqual(rows.map((row) => [row.channel, row.kind]), [["log", "undelivered"], ["whatsapp", "template"]]);
    assert.equal(rows[1]!.payload.of_kind, "diagnosis");
    assert.match(String(rows[0]!.payload.reason), /undelivered, error 63016/);
  }));

Deno.test("POST /webhook/twilio knows a listed number in the form that WhatsApp gives it, and answers to that", () =>
  withApp(async (app, store) => {
    const response = await app.request(signedRequest(messageForm("ack", { From: "whatsapp:+5215512345678" })));
    assert.equal(response.status, 200);
    assert.equal((await store.view("K7QF"))?.acknowledged_by, "operator:+525512345678");
    assert.deepEqual((await outbox(store)).map((row) => row.payload.to), ["+5215512345678"]);
  }, { operators: ["+525512345678"] }));
