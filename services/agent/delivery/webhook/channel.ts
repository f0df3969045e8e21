import { ANSWER_KINDS, NEWS_KINDS, storedKind } from "../../incidents/mod.ts";
import { failureOf } from "../answered.ts";
import type { Channel, Letter, SendResult } from "../channel.ts";
import { type Outgoing, request } from "../outgoing.ts";
import { messageText } from "../words/render.ts";
import { signedHeaders } from "./sign.ts";

/** Where messages go, and what signs them. */
export interface WebhookOptions {
  readonly url: string;
  readonly secrets: readonly string[];
  readonly consoleUrl?: string | undefined;
}

/**
 * Any system that takes signed JSON (Standard Webhooks). It gets each message with the same `webhook-id` however often it is
 * sent, so that one whose answer was lost is simply sent again.
 */
export function webhookChannel(options: WebhookOptions, outgoing: Outgoing): Channel {
  return {
    name: "webhook",
    news: true,
    readBy: "systems",
    takes: [...NEWS_KINDS, ...ANSWER_KINDS, "other"],
    render: (row, view) => messageText(row, view, { consoleUrl: options.consoleUrl }),

    async send({ row, view, text }: Letter): Promise<SendResult> {
      const kind = storedKind(row);
      const body = JSON.stringify({
        type: `oncall.${kind}`,
        timestamp: row.created_at,
        kind,
        text,
        incident: view ?? null,
      });
      const timestamp = Math.floor(outgoing.now().getTime() / 1_000);
      const headers = {
        "content-type": "application/json",
        ...signedHeaders({ id: row.id, timestamp, body }, options.secrets),
      };
      const answer = await request(options.url, { method: "POST", headers, body }, outgoing);
      return failureOf(answer, "the webhook's receiver") ?? { outcome: "sent", receipt: { webhook_id: row.id } };
    },
  };
}
