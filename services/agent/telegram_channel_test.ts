import assert from "node:assert/strict";
import { until } from "../../tests/testing/wait.ts";
import { type OnChannel, onChannel } from "../../tests/testing/on_channel.ts";

const TOKEN = "123456:fake-token-of-a-test";
const CHAT = -1001234567890;

interface Sent {
  readonly chat_id: string;
  readonly text: string;
  readonly message_id: number;
  readonly reply_parameters?: { readonly message_id: number };
  readonly reply_markup?: { readonly inline_keyboard: { readonly callback_data: string }[][] };
}

interface FakeTelegram {
  readonly sent: Sent[];
  readonly calls: Record<string, number>;
  fault: (method: string) => Response | undefined;
  /** Lets people write; resolves when the agent has confirmed it. */
  say(update: Record<string, unknown>): Promise<void>;
}

async function onTelegram(body: (agent: OnChannel, telegram: FakeTelegram) => Promise<void>): Promise<void> {
  const sent: Sent[] = [];
  const calls: Record<string, number> = {};
  const updates: { update_id: number }[] = [];
  let last = 0;
  const telegram: FakeTelegram = {
    sent,
    calls,
    fault: () => undefined,
    async say(update) {
      const update_id = ++last;
      updates.push({ update_id, ...update });
      await until("the update is confirmed", () => !updates.some((one) => one.update_id <= update_id));
    },
  };
  const result = (result: unknown) => Response.json({ ok: true, result });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const [, bot, method = ""] = new URL(request.url).pathname.split("/");
    calls[method] = (calls[method] ?? 0) + 1;
    if (bot !== `bot${TOKEN}`) return Response.json({ ok: false, description: "Unauthorized" }, { status: 401 });
    const body = await request.json();
    const fault = telegram.fault(method);
    if (fault !== undefined) return fault;
    if (method === "sendMessage") {
      const message = { ...body, message_id: sent.length + 100 };
      sent.push(message);
      return result({ message_id: message.message_id, chat: { id: CHAT } });
    }
    if (method !== "getUpdates") return result(true);
    while (updates.length > 0 && body.offset !== undefined && updates[0]!.update_id < body.offset) updates.shift();
    if (updates.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    return result(updates);
  });
  const env = {
    TELEGRAM_BASE_URL: `http://127.0.0.1:${server.addr.port}`,
    TELEGRAM_BOT_TOKEN: TOKEN,
    TELEGRAM_CHAT: String(CHAT),
    TELEGRAM_OPERATORS: "111=anna,222=ravi",
  };
  try {
    await onChannel(env, (agent) => body(agent, telegram));
  } finally {
    await server.shutdown();
  }
}

const chat = { id: CHAT, type: "supergroup" };
const tooMany = () =>
  Response.json({ ok: false, description: "Too Many Requests", parameters: { retry_after: 1 } }, { status: 429 });

Deno.test("Telegram is paged after a failure, answered by button and by reply, and hears of the end as an answer to the page", () =>
  onTelegram(async (agent, telegram) => {
    let failures = 1;
    telegram.fault = (method) => method === "sendMessage" && failures-- > 0 ? tooMany() : undefined;
    const code = await agent.fire();
    const page = await until("the page is sent", () => telegram.sent[0]);
    assert.equal(page.chat_id, String(CHAT));
    const [ack] = page.reply_markup!.inline_keyboard[0]!;
    assert.ok(page.reply_markup!.inline_keyboard[0]!.every(({ callback_data }) => callback_data.length <= 64));
    const message = { message_id: page.message_id, chat };
    await telegram.say({ callback_query: { id: "q1", from: { id: 111 }, data: ack!.callback_data, message } });
    assert.equal((await agent.incident(code)).acknowledged_by, "operator:anna");
    assert.equal(telegram.calls.answerCallbackQuery, 1);
    await until("the answer is sent", () => telegram.sent[1]?.text === `${code} is acknowledged by you.`);

    const reply = {
      message_id: 7,
      from: { id: 222 },
      chat,
      text: "why?",
      reply_to_message: { message_id: page.message_id },
    };
    await telegram.say({ message: reply });
    await telegram.say({ message: reply });
    await until("why is answered once", () => telegram.sent.length === 3);
    await agent.end();
    await until("the end is told", () => telegram.sent.length === 4);
    assert.equal(telegram.sent[3]!.reply_parameters?.message_id, page.message_id);
    assert.match(telegram.sent[3]!.text, /Resolved/);
    assert.ok(agent.lines.every((line) => !line.includes(TOKEN)));
  }));

Deno.test("Telegram's other talk is left alone, strangers are counted, and a refusal is told in Telegram's words", () =>
  onTelegram(async (agent, telegram) => {
    const code = await agent.fire();
    const page = await until("the page is sent", () => telegram.sent[0]);
    const ours = { reply_to_message: { message_id: page.message_id } };
    for (
      const message of [
        { message_id: 1, from: { id: 999 }, chat, text: "ack", ...ours },
        { message_id: 2, from: { id: 111, is_bot: true }, chat, text: "ack", ...ours },
        { message_id: 3, from: { id: 111 }, chat, text: "ack" },
        { message_id: 4, from: { id: 111 }, chat, text: "ack", reply_to_message: { message_id: 5 } },
        { message_id: "not a number" },
      ]
    ) await telegram.say({ message });
    assert.equal((await agent.incident(code)).acknowledged_by, null);
    assert.match(
      await agent.metrics(),
      /oncall_agent_operator_messages_total\{source="telegram",outcome="stranger"\} 1/,
    );
    await telegram.say({ message: { message_id: 6, from: { id: 222 }, chat, text: "/ack@oncall_bot" } });
    assert.equal((await agent.incident(code)).acknowledged_by, "operator:ravi");

    const forbidden = { ok: false, error_code: 403, description: "Forbidden: bot was kicked" };
    telegram.fault = (method) => method === "sendMessage" ? Response.json(forbidden, { status: 403 }) : undefined;
    await agent.end();
    const told = await until(
      "the refusal was told",
      async () =>
        (await agent.incident(code)).timeline.find((entry) =>
          entry.kind === "not_delivered" && /resolved/.test(entry.text)
        ),
    );
    assert.match(told.text, /Telegram answered 403: Forbidden: bot was kicked: the bot must be a member/);
  }));
