import { type Incident, openStore, savePending, type Store, type Transaction } from "../../incidents/mod.ts";
import { confirmationHash } from "../confirmation.ts";
import { handleInbound } from "../handle.ts";
import type { Inbound } from "../inbound.ts";
import { anIncident, LIMITS, OPERATOR, ORDER_CHANNELS } from "./world.ts";

const NOW = new Date("2026-01-01T13:00:00Z");
const LABELS = { alertname: "InventoryHighErrorRate", service: "inventory", severity: "critical" };
const OTHER = {
  id: "incident-2",
  code: "M3XR",
  service: "payments",
  group_key: "other",
  title: "PaymentsDown: no payments",
};

interface Scene {
  readonly name: string;
  /** What is said, in order; the answer to the last is the text. */
  readonly say: readonly string[];
  readonly incidents?: readonly Partial<Incident>[];
  readonly firing?: boolean;
  /** The sender's role; default: the one that may do everything but manage people. */
  readonly role?: Inbound["role"];
  readonly before?: (tx: Transaction) => Promise<void>;
}

const SCENES: readonly Scene[] = [
  { name: "ack", say: ["ack"] },
  { name: "ack twice", say: ["ack", "ack"] },
  {
    name: "ack, someone else has it",
    say: ["ack"],
    incidents: [{ acknowledged_by: "operator:+15550000002", acknowledged_at: "2026-01-01T12:20:00.000Z" }],
  },
  { name: "ack by who may only see", say: ["ack"], role: "see" },
  { name: "scale by who may only answer", say: ["scale to 4"], role: "answer" },
  { name: "thanks", say: ["thanks!"] },
  { name: "OK", say: ["ok"] },
  { name: "a picture", say: [""] },
  { name: "not understood", say: ["the frobnicator is purple"] },
  { name: "silence without a time", say: ["silence"] },
  { name: "silence too short", say: ["silence 10s"] },
  { name: "silence that lasts long", say: ["silence 3d"] },
  { name: "silence confirmed with a wrong code", say: ["silence 3d", "yes 000000"] },
  { name: "silence not confirmed", say: ["silence 3d", "no"] },
  { name: "thumb for a confirmation", say: ["silence 3d", "👍"] },
  { name: "scale to 0", say: ["scale to 0"] },
  { name: "scale far up", say: ["scale to 40"] },
  { name: "scale of another service", say: ["scale payments to 4"] },
  { name: "two things to confirm at once", say: ["scale to 0 and silence 3d"] },
  { name: "resolve", say: ["resolve"] },
  { name: "resolve while it fires", say: ["resolve"], firing: true },
  {
    name: "resolved already",
    say: ["K7QF resolve"],
    incidents: [{ state: "resolved", resolved_at: NOW.toISOString() }],
  },
  { name: "investigate again", say: ["investigate again"] },
  { name: "investigated now", say: ["investigate again", "investigate again"] },
  { name: "yes to no question", say: ["yes 123456"] },
  { name: "number out of the list", say: ["7"], before: asksWhichKim },
  { name: "unknown code", say: ["Q2RT ack"] },
  { name: "which incident", say: ["ack"], incidents: [{}, OTHER] },
  { name: "status of all", say: ["status"], incidents: [{}, OTHER] },
  { name: "thanks, several open", say: ["thanks"], incidents: [{}, OTHER] },
  { name: "no incident open", say: ["ack"], incidents: [] },
  { name: "thanks, none open", say: ["thanks"], incidents: [] },
  { name: "help, none open", say: ["help"], incidents: [] },
  {
    name: "an earlier question about another incident",
    say: ["M3XR yes 123456"],
    incidents: [{}, OTHER],
    before: asksToScale,
  },
];

/** What operators are answered at once, as the room answers it. */
export async function operatorTexts(): Promise<{ readonly name: string; readonly text: string }[]> {
  const texts: { name: string; text: string }[] = [];
  for (const scene of SCENES) {
    const store = await openStore("sqlite::memory:", { now: () => NOW });
    try {
      texts.push({ name: `operator: ${scene.name}`, text: await played(scene, store) });
    } finally {
      await store.close();
    }
  }
  return texts;
}

async function played({ say, incidents = [{}], firing = false, role, before }: Scene, store: Store): Promise<string> {
  await store.transact(async (tx) => {
    for (const incident of incidents.map(anIncident)) {
      await tx.saveIncident(incident);
      await tx.saveAlert(incident.id, {
        fingerprint: incident.id,
        status: firing ? "firing" : "resolved",
        starts_at: "2026-01-01T11:59:00.000Z",
        ends_at: firing ? null : "2026-01-01T12:30:00.000Z",
        labels: LABELS,
        annotations: {},
        generator_url: "",
        episode: 1,
      });
    }
    await before?.(tx);
  });
  let replies: readonly string[] = [];
  for (const [i, text] of say.entries()) {
    const reply = { channel: "whatsapp", to: OPERATOR } as const;
    const inbound = { id: `m${i}`, sender: OPERATOR, text, reply, ...(role === undefined ? {} : { role }) };
    ({ replies } = await handleInbound(inbound, {
      store,
      now: () => NOW,
      notify: ["log", "whatsapp"],
      limits: LIMITS,
      orderChannels: ORDER_CHANNELS,
    }));
  }
  // Codes are drawn by chance.
  return replies.join("\n---\n").replaceAll(/"yes \d{6}"/g, '"yes 482913"') || "(nothing)";
}

async function asksWhichKim(tx: Transaction): Promise<void> {
  const options = ["Kim Novak", "Kim Basinger"].map((assignee) => ({
    label: assignee,
    action: { channel: "jira", kind: "assign" as const, payload: { assignee } },
  }));
  const expires_at = "2026-01-01T13:09:00.000Z";
  await savePending(tx, OPERATOR, { kind: "choice", incident_id: "incident-1", options, expires_at });
}

async function asksToScale(tx: Transaction): Promise<void> {
  const about = { incident_id: "incident-1", intent: { do: "scale" as const, replicas: 0 } };
  await savePending(tx, OPERATOR, {
    kind: "confirmation",
    ...about,
    says: "scale (replicas 0)",
    hash: confirmationHash(about, OPERATOR),
    code: "123456",
    proposed_by: "operator",
    expires_at: "2026-01-01T13:09:00.000Z",
  });
}
