import assert from "node:assert/strict";
import { FAKE_ACCOUNT, type FakeTwilio, startFakeTwilio } from "../../../../tests/testing/fake_twilio.ts";
import { openStore } from "../../incidents/mod.ts";
import type { Letter, Receipt } from "../channel.ts";
import { anIncident, aRow } from "../testing/incident.ts";
import { whatsappChannel, type WhatsAppOptions } from "./channel.ts";

const CONTENT = `HX${"0".repeat(32)}`;

async function withTwilio(body: (twilio: FakeTwilio, channel: typeof channelFor) => Promise<void>): Promise<void> {
  const twilio = startFakeTwilio();
  try {
    await body(twilio, channelFor);
  } finally {
    await twilio.stop();
  }
}

function channelFor(baseUrl: string, options: Partial<WhatsAppOptions> = {}, timeoutMs = 5_000) {
  const account = { ...FAKE_ACCOUNT, baseUrl, publicUrl: undefined, contentSid: undefined, ...options };
  return whatsappChannel(account, { fetch, now: () => new Date(), timeoutMs });
}

function letter(overrides: Partial<Letter> = {}): Letter {
  return { row: aRow(), view: anIncident(), text: "It is down.", ...overrides };
}

const drop = () => Promise.resolve();

Deno.test("whatsappChannel() sends to the first operator, with the incident's code and a status callback", () =>
  withTwilio(async (twilio) => {
    const channel = channelFor(twilio.url, { publicUrl: "https://oncall.example/base" });
    const result = await channel.send(letter(), drop);
    const [message] = twilio.messages;
    assert.equal(result.outcome, "sent");
    assert.deepEqual(result.outcome === "sent" && result.receipt, { parts: [{ sid: message!.sid }] });
    assert.equal(message!.to, `whatsapp:${FAKE_ACCOUNT.to}`);
    assert.equal(message!.from, `whatsapp:${FAKE_ACCOUNT.from}`);
    assert.match(message!.body, /^It is down\. \(K7QF-[0-9a-f]{4}\)$/);
    assert.equal(message!.statusCallback, `https://oncall.example/base/webhook/twilio/status?row=${aRow().id}`);
  }));

Deno.test("whatsappChannel() answers whoever the row names", () =>
  withTwilio(async (twilio) => {
    await channelFor(twilio.url).send(letter({ row: aRow({ payload: { to: "+15559998888" } }) }), drop);
    assert.equal(twilio.messages[0]!.to, "whatsapp:+15559998888");
  }));

Deno.test("whatsappChannel() goes on with the part that a failure left out", () =>
  withTwilio(async (twilio) => {
    twilio.fault = (attempt) => attempt === 2 ? { status: 429, retryAfter: "7" } : undefined;
    const long = letter({ text: "A sentence of some length stands here. ".repeat(60) });
    let kept: Receipt = {};
    const keep = (receipt: Receipt) => Promise.resolve(void (kept = receipt));
    const first = await channelFor(twilio.url).send(long, keep);
    assert.equal(first.outcome, "retryable");
    assert.equal(first.outcome === "retryable" && first.afterMs, 7_000);
    assert.equal(first.outcome === "retryable" && first.maybeSent, undefined);
    const second = await channelFor(twilio.url).send({ ...long, row: { ...long.row, receipt: kept } }, keep);
    assert.equal(second.outcome, "sent");
    assert.deepEqual(twilio.messages.map((m) => / \(K7QF-\w{4}, (\d\/\d)\)$/.exec(m.body)?.[1]), ["1/2", "2/2"]);
  }));

for (
  const [words, fault, outcome, maybeSent] of [
    ["500", { status: 500 }, "retryable", true],
    ["429", { status: 429, retryAfter: "3" }, "retryable", undefined],
    ["400", { status: 400, code: 21211 }, "permanent", undefined],
    ["401", { status: 401, code: 20003 }, "permanent", undefined],
    ["an answer that breaks off", "take_then_break", "retryable", true],
    ["nothing at all", "hang", "retryable", true],
  ] as const
) {
  Deno.test(`whatsappChannel() calls a message ${outcome}${maybeSent ? ", maybe sent," : ""} when Twilio answers ${words}`, () =>
    withTwilio(async (twilio) => {
      twilio.fault = () => fault;
      const result = await channelFor(twilio.url, {}, fault === "hang" ? 200 : 5_000).send(letter(), drop);
      assert.equal(result.outcome, outcome);
      if (result.outcome === "retryable") assert.equal(result.maybeSent, maybeSent);
    }));
}

Deno.test("whatsappChannel() knows that a message cannot have left when nobody listens", async () => {
  const result = await channelFor("http://127.0.0.1:1").send(letter(), drop);
  assert.equal(result.outcome, "retryable");
  assert.equal(result.outcome === "retryable" && result.maybeSent, false);
});

Deno.test("whatsappChannel() finds by Twilio's list what has left, all, in part or not at all", () =>
  withTwilio(async (twilio) => {
    const channel = channelFor(twilio.url);
    assert.deepEqual(await channel.find!(letter()), { found: "none" });
    twilio.fault = () => "take_then_500";
    await channel.send(letter(), drop);
    const known = await channel.find!(letter());
    assert.equal(known.found, "all");
    assert.deepEqual(known.found === "all" && known.receipt, { parts: [{ sid: twilio.messages[0]!.sid }] });
    const other = letter({ row: aRow({ key: "another row with the same words" }) });
    assert.deepEqual(await channel.find!(other), { found: "none" });
    const long = letter({ row: aRow({ key: "long" }), text: "A sentence of some length stands here. ".repeat(60) });
    await channel.send(long, drop);
    const part = twilio.messages.at(-1)!.sid;
    assert.deepEqual(await channel.find!(long), { found: "some", receipt: { parts: [{ sid: part }] } });
  }));

Deno.test("whatsappChannel() cannot tell when Twilio cannot be asked", async () => {
  const found = await channelFor("http://127.0.0.1:1").find!(letter());
  assert.equal(found.found, "unknown");
});

Deno.test("whatsappChannel() sends the template when the 24-hour window is closed, and finds it again", () =>
  withTwilio(async (twilio) => {
    twilio.fault = (attempt) => attempt === 1 ? { status: 400, code: 63016 } : undefined;
    const channel = channelFor(twilio.url, { contentSid: CONTENT });
    const result = await channel.send(letter(), drop);
    const [message] = twilio.messages;
    assert.deepEqual(result.outcome === "sent" && result.receipt, { parts: [{ sid: message!.sid }], template: true });
    assert.match(
      message!.body,
      /CRITICAL inventory - InventoryHighErrorRate: .* Cannot read properties of null .* - K7QF-[0-9a-f]{4}$/,
    );
    assert.equal((await channel.find!(letter())).found, "all");
  }));

Deno.test("whatsappChannel() names the variable to set when the window is closed and there is no template", () =>
  withTwilio(async (twilio) => {
    twilio.fault = () => ({ status: 400, code: 63016 });
    const result = await channelFor(twilio.url).send(letter(), drop);
    assert.equal(result.outcome, "permanent");
    assert.match(result.outcome === "permanent" ? result.reason : "", /63016.*TWILIO_CONTENT_SID/);
  }));

Deno.test("whatsappChannel() notes which incident a message was about, so that an answer to it finds it", () =>
  withTwilio(async (twilio) => {
    const store = await openStore("sqlite::memory:");
    const result = await channelFor(twilio.url).send(letter(), drop);
    await store.transact(async (tx) => await (result.outcome === "sent" ? result.effects?.(tx) : undefined));
    const [about, conversation] = await store.transact((tx) =>
      Promise.all([
        tx.setting(`message/${twilio.messages[0]!.sid}`),
        tx.setting(`operator/${FAKE_ACCOUNT.to}/conversation`),
      ])
    );
    assert.equal(about, anIncident().id);
    assert.equal(JSON.parse(conversation!).incident_id, anIncident().id);
    await store.close();
  }));
