import { answer } from "./answer.ts";
import { storedKind } from "../incidents/mod.ts";
import type { Channel } from "./channel.ts";

/** Stands for a channel whose variables are not set: declines whatever it is asked, in words that name them. */
export function unconfiguredChannel(name: string, integration: string, missing: readonly string[]): Channel {
  const reason = `${integration} is not configured: set ${missing.join(", ")}`;
  return {
    name,
    news: false,
    readBy: "systems",
    render: storedKind,
    send: ({ row }) =>
      Promise.resolve({
        outcome: "declined",
        reason,
        effects: (tx) => answer(tx, row, `Nothing was done. ${reason}.`),
      }),
  };
}
