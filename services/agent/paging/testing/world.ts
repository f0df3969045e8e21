import {
  decode,
  escalate,
  escalateUndelivered,
  type Incident,
  newId,
  openStore,
  type Store,
} from "../../incidents/mod.ts";
import { pagingChannel, parsePeople, type People } from "../mod.ts";

/** A message that a person got. */
export interface Called {
  readonly at: string;
  readonly channel: string;
  readonly to: string;
  readonly incident: string;
  readonly because: string;
}

/** People who are called, under a clock that the test moves. */
export interface World {
  readonly store: Store;
  readonly called: Called[];
  /** Addresses that nothing is delivered to. */
  readonly dead: Set<string>;
  now(): Date;
  /** Opens an incident now, as a delivery of alerts does. */
  open(fields?: Partial<Incident>): Promise<string>;
  acknowledge(id: string): Promise<void>;
  resolve(id: string): Promise<void>;
  timeline(id: string): Promise<string[]>;
  /** Does all that falls due until then, at its time. */
  until(at: Date): Promise<void>;
  forward(ms: number): Promise<void>;
  /** What the agent does first after it was killed: a row that was being worked on comes again. */
  killNext(): void;
}

/** Runs `body` with the people of a YAML text and channels that take everything but what is sent to the dead. */
export async function withPeople(yaml: string, body: (world: World) => Promise<void>): Promise<void> {
  let ms = Date.parse("2026-03-02T08:00:00Z");
  const now = () => new Date(ms);
  const people: People = parsePeople(yaml);
  const store = await openStore("sqlite::memory:", { now, monotonicMs: () => ms, random: Math.random });
  const channels = [{ name: "whatsapp", news: true }, { name: "email", news: false }, { name: "log", news: true }];
  const paging = pagingChannel({ people, now, channels: () => channels });
  const called: Called[] = [];
  const dead = new Set<string>();
  let kill = false;
  const names = ["paging", "whatsapp", "email"];

  async function workOne(): Promise<boolean> {
    const claimed = await store.claimOutbox("test", { channels: names, leaseMs: 60_000 });
    if (claimed === undefined) return false;
    const { row, lease } = claimed;
    if (kill) {
      kill = false;
      // The lease runs out, and nothing was written.
      ms += 60_001;
      return true;
    }
    const read = decode(row);
    if (!read.ok) throw new Error(read.problem);
    if (row.channel === "paging") {
      const { effects } = await paging.send({ row: read.entry });
      await store.transact(async (tx) => {
        await tx.assertLease(lease);
        await effects(tx);
        await tx.updateOutbox(lease, { state: "sent", receipt: {} });
      });
      return true;
    }
    const view = (await store.view(row.incident_id!))!;
    const at = now().toISOString();
    const to = row.payload.to as string;
    await store.transact(async (tx) => {
      if (view.state === "resolved" || view.acknowledged_at !== null) {
        return await tx.updateOutbox(lease, { state: "cancelled" });
      }
      if (dead.has(to)) {
        await tx.updateOutbox(lease, { state: "failed", last_error: "dead" });
        await escalateUndelivered(tx, row, at);
        return;
      }
      called.push({ at, channel: row.channel, to, incident: row.incident_id!, because: String(row.payload.because) });
      await tx.updateOutbox(lease, { state: "sent", receipt: {} });
    });
    return true;
  }

  async function until(at: Date): Promise<void> {
    for (;;) {
      while (await workOne());
      const due = await store.nextDue();
      if (due === undefined || due > at) break;
      ms = Math.max(ms + 1, due.getTime());
    }
    ms = Math.max(ms, at.getTime());
  }

  const save = (id: string, change: (incident: Incident) => Incident) =>
    store.transact(async (tx) => tx.saveIncident(change((await tx.incident(id))!)));
  try {
    await body({
      store,
      called,
      dead,
      now,
      async open(fields = {}) {
        const at = now().toISOString();
        const incident: Incident = {
          id: newId({ now }),
          code: "K7QF",
          state: "open",
          service: "shop",
          severity: "critical",
          title: "Down",
          group_key: crypto.randomUUID(),
          opened_at: at,
          resolved_at: null,
          truncated_alerts: 0,
          episode: 1,
          acknowledged_at: null,
          acknowledged_by: null,
          ...fields,
        };
        await store.transact(async (tx) => {
          await tx.saveIncident(incident);
          const occasion = { of: "episode", incident, mark: "/0.0" } as const;
          const first = { episode: 1, step: 0, round: 0, because: "no_answer" } as const;
          await escalate(tx, first, { incident_id: incident.id, occasion, at });
        });
        return incident.id;
      },
      acknowledge: (id) =>
        save(id, (one) => ({ ...one, acknowledged_at: now().toISOString(), acknowledged_by: "operator:x" })),
      resolve: (id) => save(id, (one) => ({ ...one, state: "resolved", resolved_at: now().toISOString() })),
      timeline: async (id) => (await store.view(id))!.timeline.map(({ text }) => text),
      until,
      forward: (by) => until(new Date(ms + by)),
      killNext: () => kill = true,
    });
  } finally {
    await store.close();
  }
}
