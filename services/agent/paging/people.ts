import { onCall, type Schedule } from "../../lib/schedule/mod.ts";
import { type Incident, severityLevel } from "../incidents/mod.ts";
import type { PeopleFile } from "./schema.ts";

/** A way to reach somebody. */
export interface Contact {
  readonly channel: string;
  readonly to: string;
}

/** One step of an escalation. */
export interface Step {
  /** People and schedules, by name. */
  readonly page: readonly string[];
  readonly waitMs: number;
}

/** Whom to call, in which order, and how long to wait. */
export interface Policy {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly repeat: number;
  readonly againAfterAckMs: number | undefined;
}

/** Who is called about what, and when: `config/people.yaml` at work. */
export class People {
  readonly schedules: ReadonlyMap<string, Schedule>;
  readonly #file: PeopleFile;

  constructor(file: PeopleFile) {
    this.#file = file;
    this.schedules = new Map(Object.entries(file.schedules).map(([name, one]) => [name, scheduleOf(name, one)]));
  }

  /** What to call a person; the key where no name is given. */
  nameOf(person: string): string {
    return this.#file.people[person]?.name ?? person;
  }

  /** How a person is reached, in the order in which it is tried. */
  contactsOf(person: string): readonly Contact[] {
    return this.#file.people[person]?.contacts ?? [];
  }

  /** The policy for an incident; undefined where nobody is to be called. */
  policyFor({ service, severity }: Pick<Incident, "service" | "severity">): Policy | undefined {
    const level = severityLevel(severity);
    const fits = (wanted: string | readonly string[] | undefined, matches: (one: string) => boolean) =>
      wanted === undefined || [wanted].flat().some(matches);
    const route = this.#file.routing.find((one) =>
      fits(one.service, (name) => name.endsWith("*") ? service.startsWith(name.slice(0, -1)) : name === service) &&
      fits(one.severity, (word) => severityLevel(word) === level)
    );
    const name = route?.policy ?? (this.#file.routing.length === 0 ? Object.keys(this.#file.policies)[0] : undefined);
    const policy = name === undefined ? undefined : this.#file.policies[name];
    if (policy === undefined) return undefined;
    const steps = policy.steps.map(({ page, wait }) => ({ page, waitMs: wait }));
    return { name: name!, steps, repeat: policy.repeat, againAfterAckMs: policy.again_after_ack };
  }

  /**
   * Whom the news of an incident itself goes to, and where: the first of the first step whom a channel reaches on which news
   * goes out. Everybody else is called by a message of their own.
   */
  toldFirst(
    incident: Pick<Incident, "service" | "severity">,
    at: Date,
    channels: readonly string[],
  ): { readonly person: string; readonly contact: Contact } | undefined {
    const step = this.policyFor(incident)?.steps[0];
    for (const person of step === undefined ? [] : this.peopleOf(step, at)) {
      const contact = this.contactsOf(person).find(({ channel }) => channels.includes(channel));
      if (contact !== undefined) return { person, contact };
    }
    return undefined;
  }

  /** Who a step calls at a moment: each person once, schedules by who is on call then. */
  peopleOf(step: Step, at: Date): readonly string[] {
    const instant = Temporal.Instant.fromEpochMilliseconds(at.getTime());
    const found = step.page.flatMap((name) => {
      const schedule = this.schedules.get(name);
      const person = schedule === undefined ? name : onCall(schedule, instant).person;
      return person === undefined ? [] : [person];
    });
    return [...new Set(found)];
  }
}

function scheduleOf(name: string, { zone, layers, overrides }: PeopleFile["schedules"][string]): Schedule {
  return {
    name,
    layers: layers.map((layer, i) => ({
      name: layer.name ?? `layer ${i + 1}`,
      people: layer.people,
      turn: layer.turn,
      starts: Temporal.PlainDateTime.from(layer.starts.replace(" ", "T")),
      zone: layer.zone ?? zone,
      windows: layer.hours.map(({ days, from, to }) => ({
        days,
        from: Temporal.PlainTime.from(from),
        to: Temporal.PlainTime.from(to),
      })),
    })),
    overrides: overrides.map(({ person, from, to }) => ({
      person,
      from: Temporal.Instant.from(from),
      to: Temporal.Instant.from(to),
    })),
  };
}
