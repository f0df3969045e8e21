/** What a person may do; each role includes those before it. */
export const ROLES = ["see", "answer", "act", "administer"] as const;
export type Role = typeof ROLES[number];

/** A person with a name. Times are RFC 3339 in UTC. */
export interface Account {
  readonly id: string;
  /** What the person signs in with; no two have the same, capitals or not. */
  readonly name: string;
  readonly role: Role;
  /** Absent where another system signs the person in. */
  readonly password_hash?: string;
  /** `issuer subject` of OpenID Connect. */
  readonly subject?: string;
  /** In E.164: what comes from this number is this person's word. */
  readonly phone?: string;
  readonly created_at: string;
  /** Since then the account opens nothing. */
  readonly disabled_at?: string;
}

/** What opens an account beside its password: a session of the console, or a token of the command line. */
export interface Credential {
  /** SHA-256 of the secret, which is stored nowhere. */
  readonly hash: string;
  readonly id: string;
  readonly kind: "session" | "token";
  readonly account_id: string;
  /** What its owner calls it; of a session, its browser. */
  readonly label: string;
  /** At most the account's role counts. */
  readonly role: Role;
  readonly created_at: string;
  readonly expires_at: string;
  readonly used_at?: string;
}
