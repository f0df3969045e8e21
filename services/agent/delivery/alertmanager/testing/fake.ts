import { openStore, type OutboxEntry } from "../../../incidents/mod.ts";
import type { SendResult } from "../../channel.ts";
import { anIncident, aRow } from "../../testing/incident.ts";
import { alertmanagerChannel } from "../channel.ts";
import { AlertmanagerClient } from "../client.ts";

const NOW = new Date("2026-01-01T13:00:00Z");
const REPLY = { channel: "whatsapp", to: "+15552223333" };

interface Known {
  readonly id: string;
  readonly comment: string;
  readonly endsAt: string;
  state: string;
}

/** An Alertmanager that keeps silences; `refuse` answers a method with a status. */
export function fake(refuse: Readonly<Record<string, number>> = {}) {
  const silences: Known[] = [];
  const answer = async (input: URL | RequestInfo, init?: RequestInit): Promise<Response> => {
    const method = init?.method ?? "GET";
    if (refuse[method] !== undefined) return Response.json("no such thing", { status: refuse[method] });
    if (method === "GET") {
      return Response.json(silences.map((s) => ({ ...s, status: { state: s.state }, matchers: [] })));
    }
    if (method === "DELETE") {
      const id = String(input).split("/").at(-1);
      silences.find((s) => s.id === id)!.state = "expired";
      return new Response(null, { status: 200 });
    }
    const { comment, endsAt } = JSON.parse(await (init!.body as Blob).text());
    silences.push({ id: `s${silences.length + 1}`, comment, endsAt, state: "active" });
    return Response.json({ silenceID: silences.at(-1)!.id });
  };
  const outgoing = { fetch: answer as typeof fetch, now: () => NOW, timeoutMs: 1_000 };
  const channel = alertmanagerChannel(new AlertmanagerClient("http://alertmanager.example", outgoing), () => NOW);
  return {
    silences,
    send: (row: OutboxEntry) => channel.send({ row, view: anIncident(), text: "" }, () => Promise.resolve()),
  };
}

/** An operator's order of a silence. */
export const silenceRow = (ms: number, key: string) =>
  aRow({ channel: "alertmanager", kind: "silence", key, payload: { ms, asked_by: "+15552223333", reply: REPLY } });

/** What an outcome answers whoever asked. */
export async function answerOf(result: SendResult): Promise<string | undefined> {
  const store = await openStore("sqlite::memory:");
  await store.transact(async (tx) => {
    await tx.saveIncident(anIncident());
    await result.effects?.(tx);
  });
  const claimed = await store.claimOutbox("t", { channels: ["whatsapp"], leaseMs: 1_000 });
  await store.close();
  return claimed?.row.payload.text as string | undefined;
}
