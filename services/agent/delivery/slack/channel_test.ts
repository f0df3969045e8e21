import assert from "node:assert/strict";
import { openStore } from "../../incidents/mod.ts";
import type { Letter } from "../channel.ts";
import { anIncident, aResolvedIncident, aRow } from "../testing/incident.ts";
import { slackChannel, type SlackOptions } from "./channel.ts";
import { FAKE_BOT_TOKEN, type FakeSlack, startFakeSlack } from "./testing/fake.ts";

const drop = () => Promise.resolve();

async function withSlack(body: (slack: FakeSlack, make: typeof channelOf) => Promise<void>): Promise<void> {
  const slack = startFakeSlack();
  try {
    await body(slack, channelOf);
  } finally {
    await slack.stop();
  }
}

function channelOf(baseUrl: string, options: Partial<SlackOptions> = {}, now = () => new Date()) {
  const recall = () => Promise.resolve(undefined);
  return slackChannel({ baseUrl, token: FAKE_BOT_TOKEN, channel: "C1", recall, ...options }, {
    fetch,
    now,
    timeoutMs: 5_000,
  });
}

function letter(overrides: Partial<Letter> = {}): Letter {
  return { row: aRow({ channel: "slack" }), view: anIncident(), text: "It is down.", ...overrides };
}

for (
  const [what, fault, outcome, reason] of [
    ["channel_not_found", { error: "channel_not_found" }, "permanent", /channel_not_found: check SLACK_CHANNEL/],
    ["invalid_auth", { error: "invalid_auth" }, "permanent", /check SLACK_BOT_TOKEN/],
    ["an error of its own", { error: "some_new_error" }, "permanent", /Slack says some_new_error/],
    ["internal_error", { error: "internal_error" }, "retryable", /internal_error/],
    ["ratelimited with 200", { error: "ratelimited", retryAfter: "3" }, "retryable", /ratelimited/],
    ["429", { status: 429, retryAfter: "3" }, "retryable", /429/],
    ["503", { status: 503 }, "retryable", /503/],
  ] as const
) {
  Deno.test(`slackChannel() calls a message ${outcome} when Slack says ${what}`, () =>
    withSlack(async (slack, make) => {
      slack.fault = () => fault;
      const result = await make(slack.url).send(letter(), drop);
      assert.equal(result.outcome, outcome);
      assert.match("reason" in result ? result.reason : "", reason);
      if ("retryAfter" in fault) assert.equal(result.outcome === "retryable" && result.afterMs, 3_000);
    }));
}

Deno.test("slackChannel() sends nothing while Slack has asked to wait, whatever row is next", () =>
  withSlack(async (slack, make) => {
    let at = Date.parse("2026-01-01T12:00:00Z");
    const channel = make(slack.url, {}, () => new Date(at));
    slack.fault = () => ({ status: 429, retryAfter: "30" });
    await channel.send(letter(), drop);
    slack.fault = () => undefined;
    at += 10_000;
    const waiting = await channel.send(letter({ row: aRow({ key: "another" }) }), drop);
    assert.equal(waiting.outcome === "retryable" && waiting.afterMs, 20_000);
    assert.equal(slack.calls["chat.postMessage"], 1);
    at += 20_001;
    assert.equal((await channel.send(letter(), drop)).outcome, "sent");
  }));

Deno.test("slackChannel() goes on in the incident's thread, and begins another one when that was deleted", () =>
  withSlack(async (slack, make) => {
    const store = await openStore("sqlite::memory:");
    const recall = (name: string) => store.transact((tx) => tx.setting(name));
    const channel = make(slack.url, { recall });
    for (const key of ["a", "b"]) {
      const result = await channel.send(letter({ row: aRow({ key }) }), drop);
      await store.transact(async (tx) => await (result.outcome === "sent" ? result.effects?.(tx) : undefined));
    }
    assert.equal(slack.posts[1]!.thread_ts, slack.posts[0]!.ts);
    let first = true;
    slack.fault = () => {
      const gone = first;
      first = false;
      return gone ? { error: "thread_not_found" } : undefined;
    };
    assert.equal((await channel.send(letter({ row: aRow({ key: "c" }) }), drop)).outcome, "sent");
    assert.equal(slack.posts[2]!.thread_ts, undefined);
    await store.close();
  }));

Deno.test("slackChannel() finds a message whose answer was lost, and no other", () =>
  withSlack(async (slack, make) => {
    const channel = make(slack.url);
    assert.deepEqual(await channel.find!(letter()), { found: "none" });
    slack.fault = (method) => method === "chat.postMessage" ? { status: 500, taken: true } : undefined;
    assert.equal((await channel.send(letter(), drop)).outcome, "retryable");
    assert.equal((await channel.find!(letter())).found, "all");
    assert.equal((await channel.find!(letter({ row: aRow({ key: "another" }) }))).found, "none");
    slack.fault = () => ({ error: "missing_scope" });
    assert.equal((await channel.find!(letter())).found, "none");
    slack.fault = () => ({ status: 503 });
    assert.equal((await channel.find!(letter())).found, "unknown");
  }));

Deno.test("slackChannel() shows foreign text as it stands, in parts that Slack takes, and asks nothing of what is over", () =>
  withSlack(async (slack, make) => {
    const channel = make(slack.url);
    await channel.send(letter({ text: `<!channel> a&b ${"<x> ".repeat(3_000)}` }), drop);
    const { text, blocks } = slack.posts[0]!;
    assert.match(text, /^&lt;!channel&gt; a&amp;b/);
    const sections = blocks!.filter((block) => block.type === "section") as unknown as { text: { text: string } }[];
    assert.ok(sections.length > 1 && sections.every((one) => one.text.text.length <= 3_000));
    await channel.send(letter({ view: aResolvedIncident() }), drop);
    assert.ok(slack.posts[1]!.blocks!.every((block) => block.type !== "actions"));
  }));
