import type { Logger } from "../../../lib/telemetry/mod.ts";
import { ANSWER_KINDS, NEWS_KINDS, storedKind } from "../../incidents/mod.ts";
import type { Channel } from "../channel.ts";
import { messageText } from "../words/render.ts";

/**
 * The agent's own log as a channel: always there, told last when every other way fails. It can't be asked what it holds,
 * so a line written just before a crash is written again after it, with the same `key`.
 */
export function logChannel(log: Logger): Channel {
  return {
    name: "log",
    news: true,
    readBy: "people",
    isRecord: true,
    takes: [...NEWS_KINDS, ...ANSWER_KINDS, "other"],
    render: messageText,
    send({ row, view, text }) {
      const level = row.kind === "undelivered" || row.kind === "heartbeat_lost" ? "error" : "info";
      const incident = view?.code;
      log[level](storedKind(row), {
        incident,
        key: row.key,
        again: row.state === "uncertain" ? true : undefined,
        text,
      });
      return Promise.resolve({ outcome: "sent", receipt: {} });
    },
  };
}
