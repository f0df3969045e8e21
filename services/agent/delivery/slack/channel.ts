import { createHash } from "node:crypto";
import { ANSWER_KINDS, NEWS_KINDS, type OutboxEntry, saveMessageOf } from "../../incidents/mod.ts";
import { Pause } from "../answered.ts";
import type { Channel, Effects, FindResult, Letter, SendResult } from "../channel.ts";
import type { Making } from "../integration.ts";
import type { Outgoing } from "../outgoing.ts";
import { messageText } from "../words/render.ts";
import { blocksOf, escaped } from "./blocks.ts";
import { callSlack, type SlackAccount } from "./client.ts";

/** How messages leave. */
export interface SlackOptions extends SlackAccount, Pick<Making, "onCall" | "recall"> {
  /** Where pages go when a row names nobody and nobody is on call. */
  readonly channel: string;
  readonly consoleUrl?: string | undefined;
}

/** Where a message is posted. */
interface Place {
  readonly channel: string;
  readonly thread?: string;
}

const EVENT_TYPE = "oncall_message";
/** A thread whose first message somebody deleted. */
const THREAD_GONE = new Set(["thread_not_found", "message_not_found", "cannot_reply_to_message"]);
/** The name under which the id of a Slack message is kept. */
export function messageId(channel: string, ts: string): string {
  return `slack/${channel}/${ts}`;
}

/** Slack: the first message on an incident begins a thread, in which everything else on it follows. */
export function slackChannel(options: SlackOptions, outgoing: Outgoing): Channel {
  const account = { baseUrl: options.baseUrl, token: options.token };
  const call = (method: string, body: Record<string, unknown>) => callSlack(method, body, { account, outgoing });
  const pause = new Pause(outgoing.now);
  const target = ({ row, view }: Letter) =>
    row.payload.to ?? options.onCall?.("slack", view, row.created_at) ?? options.channel;
  const threadKey = (letter: Letter) => `slack/thread/${target(letter)}/${letter.view?.id}`;

  async function placeOf(letter: Letter): Promise<Place> {
    const to = target(letter);
    const [channel, thread] = to.split("/");
    if (thread !== undefined) return { channel: channel!, thread };
    const known = letter.view === undefined ? undefined : await options.recall(threadKey(letter));
    if (known === undefined || known === "") return { channel: to };
    const [where, root] = known.split("/");
    return { channel: where!, thread: root! };
  }

  /** Stores the thread of the incident, and that an answer in it is about the incident. */
  function remember(letter: Letter, posted: Place & { readonly ts: string }): Effects {
    return async (tx) => {
      const { view } = letter;
      if (view === undefined) return;
      const root = posted.thread ?? posted.ts;
      await saveMessageOf(tx, view.id, messageId(posted.channel, root));
      if (target(letter).includes("/")) return;
      await tx.saveSetting(threadKey(letter), `${posted.channel}/${root}`, { incident_id: view.id });
    };
  }

  async function post(letter: Letter, place: Place): Promise<SendResult> {
    const { row, view, text } = letter;
    const answer = await call("chat.postMessage", {
      channel: place.channel,
      text: escaped(text),
      blocks: blocksOf(text, row.kind, view),
      unfurl_links: false,
      unfurl_media: false,
      metadata: { event_type: EVENT_TYPE, event_payload: { key: digest(row) } },
      ...(place.thread === undefined ? {} : { thread_ts: place.thread }),
      // What must not be missed is shown in the channel too.
      ...(place.thread !== undefined && row.kind === "escalation" ? { reply_broadcast: true } : {}),
    });
    if (!answer.ok) {
      if (place.thread !== undefined && THREAD_GONE.has(answer.error ?? "")) {
        return await post(letter, { channel: place.channel });
      }
      return answer.result;
    }
    const channel = typeof answer.body.channel === "string" ? answer.body.channel : place.channel;
    const posted = { ...place, channel, ts: String(answer.body.ts) };
    const receipt = { channel, ts: posted.ts, ...(place.thread === undefined ? {} : { thread_ts: place.thread }) };
    return { outcome: "sent", receipt, effects: remember(letter, posted) };
  }

  return {
    name: "slack",
    news: true,
    readBy: "people",
    rationed: true,
    takes: [...NEWS_KINDS, ...ANSWER_KINDS, "other"],
    settleMs: 1_000,
    render: (row, view) => messageText(row, view, { consoleUrl: options.consoleUrl }),

    async send(letter) {
      return pause.waiting ?? pause.noted(await post(letter, await placeOf(letter)));
    },

    async find(letter): Promise<FindResult> {
      const place = await placeOf(letter);
      const oldest = String(Date.parse(letter.row.created_at) / 1_000 - 60);
      const query = { channel: place.channel, oldest, limit: 200, include_all_metadata: true };
      const answer = place.thread === undefined
        ? await call("conversations.history", query)
        : await call("conversations.replies", { ...query, ts: place.thread });
      if (!answer.ok) {
        const { result } = answer;
        // Without the right to read it cannot be asked: a message twice is better than none.
        if (result.outcome === "permanent") return { found: "none" };
        const after = result.outcome === "retryable" && result.afterMs !== undefined ? { afterMs: result.afterMs } : {};
        return { found: "unknown", reason: result.reason, ...after };
      }
      const messages = Array.isArray(answer.body.messages) ? answer.body.messages as PostedMessage[] : [];
      const found = messages.find((message) => message.metadata?.event_payload?.key === digest(letter.row));
      if (found?.ts === undefined) return { found: "none" };
      const receipt = { channel: place.channel, ts: found.ts };
      return { found: "all", receipt, effects: remember(letter, { ...place, ts: found.ts }) };
    },
  };
}

interface PostedMessage {
  readonly ts?: string;
  readonly metadata?: { readonly event_payload?: { readonly key?: unknown } };
}

/** What tells a row's message from all others, without saying more of it. */
function digest(row: OutboxEntry): string {
  return createHash("sha256").update(row.key).digest("hex").slice(0, 32);
}
