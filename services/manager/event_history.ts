import { type Clock, timestamp } from "./clock.ts";

/** What can happen to instances. */
export type EventKind =
  | "instance_started"
  | "instance_stopped"
  | "instance_exited"
  | "instance_restarted"
  | "instance_crash_looping"
  | "instance_unresponsive"
  | "instance_responsive"
  | "instance_adopted"
  | "scaled"
  | "manager_started"
  | "manager_stopped";

/** One event. Faults are never recorded, because an investigation must not read them. */
export interface HistoryEvent {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly kind: EventKind;
  readonly text: string;
  readonly service?: string;
  readonly port?: number;
}

/** The most recent events, oldest first. */
export class EventHistory {
  readonly #clock: Clock;
  readonly #limit: number;
  #events: HistoryEvent[];

  constructor(clock: Clock, options: { readonly limit?: number; readonly earlier?: readonly HistoryEvent[] } = {}) {
    this.#clock = clock;
    this.#limit = options.limit ?? 500;
    this.#events = (options.earlier ?? []).slice(-this.#limit);
  }

  add(kind: EventKind, text: string, about: { readonly service?: string; readonly port?: number } = {}): void {
    this.#events.push({ at: timestamp(this.#clock), kind, text, ...about });
    if (this.#events.length > this.#limit) this.#events.shift();
  }

  /** The newest `limit` events at or after `since` (milliseconds since the epoch), oldest first. */
  list(options: { readonly since?: number | undefined; readonly limit?: number | undefined } = {}): HistoryEvent[] {
    const { since = -Infinity, limit = this.#limit } = options;
    const recent = this.#events.filter((event) => Date.parse(event.at) >= since);
    return recent.slice(Math.max(0, recent.length - limit));
  }
}
