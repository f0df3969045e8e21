import { stormGate } from "../../services/agent/delivery/mod.ts";
import { anIncident, aRow } from "../../services/agent/delivery/testing/incident.ts";
import { openStore, type Store } from "../../services/agent/incidents/mod.ts";
import { withIntake } from "../../services/agent/intake/testing/intake.ts";
import { unwritableText, WRITABLE_TEXT } from "../../services/agent/upkeep/mod.ts";

interface Named {
  readonly name: string;
  readonly text: string;
}

/** What the agent tells of its deliveries, its store and a storm, as the rooms write it. */
export async function agentTexts(): Promise<Named[]> {
  return [
    ...await intakeTexts(),
    ...await stormTexts(),
    { name: "the store cannot be written", text: unwritableText("the disk is full") },
    { name: "the store can be written again", text: WRITABLE_TEXT },
  ];
}

async function intakeTexts(): Promise<Named[]> {
  const texts: Named[] = [];
  await withIntake(async ({ outcome, send, store, incidents }) => {
    await outcome([{}]);
    const { id } = (await incidents())[0]!;
    await store.transact(async (tx) => await tx.saveIncident({ ...(await tx.incident(id))!, state: "diagnosed" }));
    await outcome([{}, { fingerprint: "b", labels: { instance: "inv3" } }]);
    await send("{not json");
    texts.push(...await told(store));
  });
  return texts;
}

async function stormTexts(): Promise<Named[]> {
  const store = await openStore("sqlite::memory:");
  const incident = anIncident();
  await store.transact((tx) => tx.saveIncident(incident));
  const channel = stormGate({
    name: "phone",
    news: true,
    readBy: "people",
    render: () => "",
    send: () => Promise.resolve({ outcome: "sent", receipt: {} }),
  }, { store, policy: { messages: 0, windowMs: 600_000 }, now: () => new Date("2026-01-01T12:00:00Z") });
  const result = await channel.send({ row: aRow(), view: incident, text: "" }, () => Promise.resolve());
  await store.transact(async (tx) => await result.effects?.(tx));
  const texts = await told(store);
  await store.close();
  return texts;
}

/** The texts in the outbox, by their kinds. */
async function told(store: Store): Promise<Named[]> {
  const texts: Named[] = [];
  while (true) {
    const claimed = await store.claimOutbox("texts", { channels: ["phone"], leaseMs: 60_000 });
    if (claimed === undefined) return texts;
    const { row } = claimed;
    if (typeof row.payload.text === "string") {
      texts.push({ name: row.kind.replaceAll("_", " "), text: row.payload.text });
    }
  }
}
