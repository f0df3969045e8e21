import type fc from "fast-check";

/** One door through which texts of others come in, and what is sent through it. */
export interface Target<Case = unknown> {
  readonly name: string;
  /** Of a million cases of all targets, how many are this one's. */
  readonly share: number;
  /** Plain JSON, so that a finding can be kept. */
  readonly cases: fc.Arbitrary<Case>;
  /** Opens what takes the cases. */
  open(): Promise<Opened<Case>>;
}

/** What takes cases. */
export interface Opened<Case = unknown> {
  /** @throws when the case was not taken as it has to be. */
  try(one: Case): Promise<void>;
  close(): Promise<void>;
}

/** Types a target by its cases. */
export function defineTarget<Case>(target: Target<Case>): Target {
  return target as Target;
}
