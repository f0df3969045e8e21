import type { SeverityLevel } from "../../incidents/mod.ts";

/** What a field of an alert is read from: paths into the delivery, of which the first that holds something counts. */
export type Paths = readonly string[];

/** How the deliveries of one sender are read: any JSON, fields by path. */
export interface Sender {
  readonly name: string;
  /** Paths and what they hold: a text, one of several, or `*` for anything. All must be met. */
  readonly when: Readonly<Record<string, string | readonly string[]>>;
  /** Where a list stands with an alert in each of its items, whose own fields are looked at first. */
  readonly each?: Paths | undefined;
  /** What stays the same from an alert's start to its end. */
  readonly id?: Paths | undefined;
  readonly alert?: Paths | undefined;
  readonly summary?: Paths | undefined;
  readonly description?: Paths | undefined;
  readonly service?: Paths | undefined;
  readonly severity?: Paths | undefined;
  readonly status?: Paths | undefined;
  readonly since?: Paths | undefined;
  readonly until?: Paths | undefined;
  readonly url?: Paths | undefined;
  /** Objects whose fields become labels. */
  readonly labels?: Paths | undefined;
  /** Words of `status` that mean that it is over, beside the usual ones. */
  readonly resolved?: readonly string[] | undefined;
  /** Words of `status` that are no news: neither a start nor an end. */
  readonly ignored?: readonly string[] | undefined;
  /** Where a delivery names none. */
  readonly default_severity?: SeverityLevel | undefined;
  readonly default_service?: string | undefined;
}

/** What a person configures of what comes in. */
export interface SenderOptions {
  readonly senders?: readonly Sender[];
  /** Severity words of their own, in small letters. */
  readonly severities?: Readonly<Record<string, SeverityLevel>>;
}
