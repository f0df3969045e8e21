import assert from "node:assert/strict";
import { until } from "../../tests/testing/wait.ts";
import {
  FAKE_APP_TOKEN,
  FAKE_BOT_TOKEN,
  type FakeSlack,
  messageFrame,
  pressFrame,
  startFakeSlack,
} from "./delivery/slack/testing/fake.ts";
import { type OnChannel, onChannel } from "../../tests/testing/on_channel.ts";

async function onSlack(body: (agent: OnChannel, slack: FakeSlack) => Promise<void>): Promise<void> {
  const slack = startFakeSlack();
  const env = {
    SLACK_BASE_URL: slack.url,
    SLACK_BOT_TOKEN: FAKE_BOT_TOKEN,
    SLACK_APP_TOKEN: FAKE_APP_TOKEN,
    SLACK_CHANNEL: "C0123456789",
    SLACK_OPERATORS: "U111=anna, U222=ravi",
  };
  try {
    await onChannel(env, (agent) => body(agent, slack));
  } finally {
    await slack.stop();
  }
}

async function acknowledged(slack: FakeSlack, frame: { readonly envelope_id: string }): Promise<void> {
  await until("the agent is connected", () => slack.sockets.size > 0);
  slack.push(frame);
  await until("the envelope is acknowledged", () => slack.acked.includes(frame.envelope_id));
}

Deno.test("Slack is paged after a failure, answered by button and in the thread, and hears of the end in the thread", () =>
  onSlack(async (agent, slack) => {
    let failures = 2;
    slack.fault = (method) =>
      method === "chat.postMessage" && failures-- > 0 ? { status: 429, retryAfter: "1" } : undefined;
    const code = await agent.fire();
    await until("the page is posted", () => slack.posts.length === 1);
    const [page] = slack.posts;
    assert.equal(page!.channel, "C0123456789");
    assert.match(page!.text, /^CRITICAL InventoryHighErrorRate/);
    const actions = page!.blocks!.find((block) => block.type === "actions")!.elements as { value: string }[];
    assert.deepEqual(actions.map(({ value }) => value), ["ack", "why", "silence 30m"]);

    const press = pressFrame(page!, "ack", "U111");
    await acknowledged(slack, press);
    await until("it is acknowledged", async () => (await agent.incident(code)).acknowledged_by === "operator:anna");
    await until(
      "the answer is in the thread",
      () => slack.posts.some((post) => post.text === `${code} is acknowledged by you.` && post.thread_ts === page!.ts),
    );

    const why = messageFrame("why?", { user: "U222", thread: page!.ts, ts: "1764327200.000001" });
    await acknowledged(slack, why);
    // The same event again, as Slack sends it when an acknowledgement was lost.
    await acknowledged(slack, { ...why, envelope_id: "again", retry_attempt: 1 } as typeof why);
    await until("why is answered", () => slack.posts.length === 3);
    assert.equal(slack.posts[2]!.thread_ts, page!.ts);
    const asked = (await agent.incident(code)).messages.filter((message) => message.from === "operator:ravi");
    assert.deepEqual(asked.map(({ text }) => text), ["why?"]);

    await agent.end();
    await until(
      "the end is told in the thread",
      () => slack.posts.some((post) => /Resolved/.test(post.text) && post.thread_ts === page!.ts),
    );
    assert.equal(slack.posts.length, 4);
    assert.ok(agent.lines.every((line) => !line.includes(FAKE_BOT_TOKEN) && !line.includes(FAKE_APP_TOKEN)));
  }));

Deno.test("Slack's other talk is left alone: strangers are counted, bots, edits and threads that are not ours are none of ours", () =>
  onSlack(async (agent, slack) => {
    const code = await agent.fire();
    const page = await until("the page is posted", () => slack.posts[0]);
    const thread = page.ts;
    for (
      const frame of [
        messageFrame("ack", { user: "U999", thread, ts: "1764327200.000001" }),
        messageFrame("ack", { user: "U111", thread, ts: "1764327200.000002", bot_id: "B1" }),
        messageFrame("ack", { user: "U111", thread, ts: "1764327200.000003", subtype: "message_changed" }),
        messageFrame("ack", { user: "U111", ts: "1764327200.000004" }),
        messageFrame("ack", { user: "U111", thread: "1764000000.000001", ts: "1764327200.000005" }),
        pressFrame(page, "ack", "U999"),
        { type: "events_api", envelope_id: "odd", payload: { event: null } },
        { type: "interactive", envelope_id: "odder", payload: "not what Slack sends" },
      ]
    ) await acknowledged(slack, frame);
    assert.equal((await agent.incident(code)).acknowledged_by, null);
    assert.equal(slack.posts.length, 1);
    assert.match(await agent.metrics(), /oncall_agent_operator_messages_total\{source="slack",outcome="stranger"\} 2/);
    await acknowledged(
      slack,
      messageFrame("<@U0> ack", { user: "U111", type: "app_mention", ts: "1764327201.000001" }),
    );
    await until("a mention is heard", async () => (await agent.incident(code)).acknowledged_by === "operator:anna");
  }));

Deno.test("Slack's connection is opened again when Slack ends it, and a refused page is told in Slack's words", () =>
  onSlack(async (agent, slack) => {
    await until("the agent is connected", () => slack.sockets.size === 1);
    slack.push({ type: "disconnect", reason: "refresh_requested" });
    await until("a second connection was opened", () => slack.calls["apps.connections.open"] === 2);
    await until("it is open", () => slack.sockets.size === 1);
    for (const socket of slack.sockets) socket.close();
    await until("a third connection was opened", () => slack.calls["apps.connections.open"] === 3);

    slack.fault = (method) => method === "chat.postMessage" ? { error: "not_in_channel" } : undefined;
    const code = await agent.fire();
    const told = await until(
      "the failure was told",
      async () => (await agent.incident(code)).timeline.find((entry) => entry.kind === "not_delivered"),
    );
    assert.match(told.text, /^Not delivered on slack: diagnosis\. Slack says not_in_channel: invite the app/);
    assert.equal(slack.calls["chat.postMessage"], 1);
  }));
