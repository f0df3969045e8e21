/** Who is on call, as people write it down. Names of people are keys; what they stand for is the caller's. */

/** Hours of a day, in the layer's time zone. An end at or before the begin is on the next day. */
export interface Window {
  /** 1 is Monday, 7 is Sunday: the days on which the window begins. */
  readonly days: readonly number[];
  readonly from: Temporal.PlainTime;
  readonly to: Temporal.PlainTime;
}

/** How long one person's turn is: so many days from hand-over to hand-over by the clock on the wall, or exact hours. */
export type Turn = { readonly days: number } | { readonly hours: number };

/** People who take turns. */
export interface Layer {
  readonly name: string;
  readonly people: readonly string[];
  readonly turn: Turn;
  /** The first hand-over; nobody of this layer is on call before. */
  readonly starts: Temporal.PlainDateTime;
  /** IANA name of its time zone. */
  readonly zone: string;
  /** When it applies; always without any. */
  readonly windows: readonly Window[];
}

/** Somebody who takes a time over from whoever would be on call. */
export interface Override {
  readonly person: string;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
}

/** Layers, of which a later one goes before an earlier one where both apply; overrides go before all layers, the last first. */
export interface Schedule {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly overrides: readonly Override[];
}

/** A time in which one person, or nobody, is on call. */
export interface Shift {
  readonly person: string | undefined;
  readonly from: Temporal.Instant;
  readonly to: Temporal.Instant;
  /** The layer's name, or `override`; `none` in a gap. */
  readonly by: string;
}
