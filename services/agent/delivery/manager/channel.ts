import { storedKind } from "../../incidents/mod.ts";
import { answer, noteResult } from "../answer.ts";
import type { Channel, Effects, Letter, SendResult } from "../channel.ts";
import { isAskedFor } from "../refusal.ts";
import { jsonOf, type Outgoing, request } from "../outgoing.ts";

/**
 * The manager of the instances: `scale` (payload `replicas`). Asking twice for the same number changes nothing, so an
 * uncertain row is simply sent again.
 */
export function managerChannel(baseUrl: string, outgoing: Outgoing): Channel {
  return {
    name: "manager",
    news: false,
    readBy: "systems",
    takes: ["scale"],
    render: (row) => row.kind === "scale" ? `scale to ${row.payload.replicas}` : storedKind(row),
    find: () => Promise.resolve({ found: "none" }),
    send,
  };

  async function send({ row, view }: Letter): Promise<SendResult> {
    if (row.kind !== "scale") return { outcome: "permanent", reason: `the manager does not ${storedKind(row)}` };
    const { replicas } = row.payload;
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ replicas }),
    };
    const answered = await request(`${baseUrl}/scale`, init, outgoing);
    if (answered.kind === "silence" || answered.status >= 500 || answered.status === 429) {
      const why = answered.kind === "silence" ? answered.reason : `it answered ${answered.status}`;
      const reason = `the manager cannot be asked: ${why}`;
      const effects: Effects = (tx) => answer(tx, row, `Scaling is delayed: ${reason}. Retrying.`, "waiting");
      return { outcome: "retryable", reason, effects };
    }
    const body = jsonOf(answered.body) as {
      message?: unknown;
      replicas?: unknown;
      started?: unknown;
      stopped?: unknown;
    } | undefined;
    if (answered.status < 200 || answered.status > 299) {
      const said = typeof body?.message === "string" ? body.message.slice(0, 300) : `it answered ${answered.status}`;
      const effects: Effects = (tx) => answer(tx, row, `Nothing was scaled. The manager says: ${said}`, "failed");
      return { outcome: isAskedFor(row) ? "declined" : "permanent", reason: said, effects };
    }
    const now = typeof body?.replicas === "number" ? body.replicas : replicas;
    const text = `Scaled to ${now} ${now === 1 ? "instance" : "instances"}`;
    const effects: Effects = async (tx) => {
      await noteResult(tx, row, { at: outgoing.now().toISOString(), kind: "scaled", text });
      await answer(tx, row, `${view?.code}: ${text.toLowerCase()}.`);
    };
    return { outcome: "sent", receipt: { replicas: now }, effects };
  }
}
