import {
  announce,
  escalate,
  type Incident,
  outboxKey,
  PAGING,
  type Payload,
  type Transaction,
} from "../incidents/mod.ts";
import type { Contact, People, Policy } from "./people.ts";

/** What calling people needs. */
export interface PagingDeps {
  readonly people: People;
  readonly now: () => Date;
  /** Names of the channels that there are, and whether news goes out on them. */
  readonly channels: () => readonly { readonly name: string; readonly news: boolean }[];
}

type Escalation = Payload<"escalate">;

/** What the delivery's worker asks of a channel, as far as this one differs from others. */
interface Due {
  readonly kind: string;
  readonly incident_id: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * The channel that calls the next people. It sends nothing itself: each row is a step that is due, whose effects (calls, and
 * the row of the next step) are committed with it, so that a step is taken once, on time, and through restarts.
 */
export function pagingChannel({ people, now, channels }: PagingDeps) {
  async function take(tx: Transaction, incident: Incident, due: Escalation): Promise<void> {
    const policy = people.policyFor(incident);
    if (policy === undefined || incident.episode !== due.episode || incident.state === "resolved") return;
    if (incident.acknowledged_at !== null) {
      if (due.because !== "put_off") return await waitForTheEnd(tx, { incident, due, policy });
      if (incident.acknowledged_at !== due.acknowledged_at) return;
      await handBack(tx, incident);
    }
    if (due.because === "undelivered" && await callElsewhere(tx, incident, due)) return;
    const step = due.because === "undelivered" ? due.step + 1 : due.step;
    await takeStep(tx, { incident, policy, due: { ...due, step } });
  }

  /** Calls the people of a step, and has the next one fall due. The first one's are told by the diagnosis itself. */
  async function takeStep(
    tx: Transaction,
    { incident, policy, due }: { readonly incident: Incident; readonly policy: Policy; readonly due: Escalation },
  ): Promise<void> {
    const [round, index] = due.step < policy.steps.length ? [due.round, due.step] : [due.round + 1, 0];
    const at = now();
    // Nobody is left to call, and nobody was to be called again.
    if (round > policy.repeat && policy.steps.length === 1 && policy.repeat === 0) return;
    if (round > policy.repeat) {
      const text = `Nobody acknowledged: every step of the policy ${policy.name} was taken ${policy.repeat + 1} times.`;
      await tx.addTimeline(incident.id, { at: at.toISOString(), kind: "escalation_ended", text, by: "agent" });
      return;
    }
    const step = policy.steps[index]!;
    const called = people.peopleOf(step, at);
    const first = round === 0 && index === 0 && due.because === "no_answer";
    const told = first ? people.toldFirst(incident, at, newsChannels()) : undefined;
    if (called.length === 0) {
      const text = `Nobody is on call for step ${index + 1} of the policy ${policy.name} (${step.page.join(", ")}).`;
      await tx.addTimeline(incident.id, { at: at.toISOString(), kind: "nobody_on_call", text, by: "agent" });
    } else {
      const others = called.filter((person) => person !== told?.person);
      await call(tx, others, { incident, due: { ...due, round, step: index } });
    }
    const { episode, acknowledged_at } = due;
    const since = acknowledged_at === undefined ? {} : { acknowledged_at };
    const next = { episode, step: index + 1, round, because: "no_answer", ...since } as const;
    await escalate(tx, next, {
      incident_id: incident.id,
      occasion: { of: "episode", incident, mark: markOf(next) },
      at: new Date(at.getTime() + (called.length === 0 ? 0 : step.waitMs)).toISOString(),
    });
  }

  async function call(
    tx: Transaction,
    called: readonly string[],
    { incident, due, contact }: { readonly incident: Incident; readonly due: Escalation; readonly contact?: Contact },
  ): Promise<void> {
    const at = now().toISOString();
    const { episode, round, step, because } = due;
    for (const person of called) {
      const way = contact ?? usable(person)[0];
      const name = people.nameOf(person);
      if (way === undefined) {
        const text = `${name} has no contact on a channel that is configured: nobody was called.`;
        await tx.addTimeline(incident.id, { at, kind: "not_called", text, by: "agent" });
        continue;
      }
      const occasion = { of: "episode", incident, mark: `${markOf(due)}/${person}/${way.to}` } as const;
      // Called already, when the message before was not delivered.
      if (await tx.outboxRow(outboxKey(occasion, { kind: "escalation", channel: way.channel })) !== undefined) continue;
      await announce(tx, { kind: "escalation", payload: { episode, round, step, person, because } }, {
        incident_id: incident.id,
        occasion,
        channels: [way.channel],
        to: way.to,
        at,
      });
      const text = `${name} is called on ${way.channel}: ${WHY[because]}`;
      await tx.addTimeline(incident.id, { at, kind: "escalated", text, by: "agent" });
    }
  }

  /** Tries the next contact of whoever was not reached; false when there is none. */
  async function callElsewhere(tx: Transaction, incident: Incident, due: Escalation): Promise<boolean> {
    const person = due.person ?? people.toldFirst(incident, now(), newsChannels())?.person;
    if (person === undefined) return false;
    const ways = usable(person);
    const failed = ways.findIndex(({ channel, to }) =>
      channel === due.failed_on && (due.failed_to === undefined || to === due.failed_to)
    );
    const contact = ways[failed + 1];
    if (contact === undefined) return false;
    await call(tx, [person], { incident, due, contact });
    return true;
  }

  function usable(person: string): readonly Contact[] {
    return people.contactsOf(person).filter(({ channel }) => channels().some(({ name }) => name === channel));
  }

  function newsChannels(): readonly string[] {
    return channels().filter(({ news }) => news).map(({ name }) => name);
  }

  /** Somebody has it: whether that leads to an end is looked at later, where the policy says when. */
  async function waitForTheEnd(
    tx: Transaction,
    { incident, due, policy }: { readonly incident: Incident; readonly due: Escalation; readonly policy: Policy },
  ): Promise<void> {
    if (policy.againAfterAckMs === undefined) return;
    const acknowledged_at = incident.acknowledged_at!;
    const at = new Date(Date.parse(acknowledged_at) + policy.againAfterAckMs).toISOString();
    const next = { episode: due.episode, step: 0, round: 0, because: "put_off", acknowledged_at } as const;
    const occasion = { of: "episode", incident, mark: `/after/${acknowledged_at}` } as const;
    await escalate(tx, next, { incident_id: incident.id, occasion, at });
  }

  async function handBack(tx: Transaction, incident: Incident): Promise<void> {
    const at = now().toISOString();
    await tx.saveIncident({ ...incident, acknowledged_at: null, acknowledged_by: null });
    const text = `Acknowledged at ${
      incident.acknowledged_at!.slice(11, 16)
    } UTC, and it still fires: people are called again.`;
    await tx.addTimeline(incident.id, { at, kind: "escalated", text, by: "agent" });
  }

  return {
    name: PAGING,
    news: false,
    readBy: "systems",
    isRecord: true,
    takes: ["escalate"],
    render: () => "calls the next people",
    send: ({ row }: { readonly row: Due }) => {
      const { incident_id, payload } = row;
      const effects = async (tx: Transaction) => {
        const incident = incident_id === null ? undefined : await tx.incident(incident_id);
        if (incident !== undefined) await take(tx, incident, payload as Escalation);
      };
      return Promise.resolve({ outcome: "sent", receipt: {}, effects } as const);
    },
    find: () => Promise.resolve({ found: "none" } as const),
  } as const;
}

/** Tells a step from every other one of its episode, also of another time that somebody put the incident off. */
function markOf({ round, step, acknowledged_at }: Pick<Escalation, "round" | "step" | "acknowledged_at">): string {
  return `/${acknowledged_at === undefined ? "" : `${acknowledged_at}/`}${round}.${step}`;
}

const WHY = {
  no_answer: "nobody has acknowledged",
  undelivered: "the message before was not delivered",
  put_off: "it was acknowledged and still fires",
} as const;
