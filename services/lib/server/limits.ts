/** Limits of a server. Times in milliseconds, sizes in bytes. */
export interface Limits {
  /** Connections at once, in all. When they are full, the one that has waited longest without a request makes room. */
  readonly maxConnections: number;
  /** How long a request's head may take from its first byte on, and a new connection until its first byte. */
  readonly headMs: number;
  /** Timeout of a whole request body. */
  readonly bodyMs: number;
  /** How long a connection may wait for its next request. */
  readonly idleMs: number;
  /** How long a client may take no byte of an answer. */
  readonly writeMs: number;
  readonly maxHeadBytes: number;
  /** A route may allow less. */
  readonly maxBodyBytes: number;
}

/** What each role starts from. */
export const LIMITS: Limits = {
  maxConnections: 512,
  headMs: 10_000,
  bodyMs: 30_000,
  idleMs: 75_000,
  writeMs: 30_000,
  maxHeadBytes: 16 * 1024,
  maxBodyBytes: 8 * 1024 * 1024,
};
