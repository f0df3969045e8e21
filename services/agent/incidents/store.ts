import type { AuditEntry } from "../../lib/audit_trail/mod.ts";
import type { Account, Credential } from "./accounts.ts";
import type {
  Alert,
  Delivery,
  Diagnosis,
  FiringAlert,
  Incident,
  IncidentSummary,
  IncidentView,
  Lease,
  Message,
  NewWork,
  OutboxRow,
  Ticket,
  TimelineEntry,
  ToolCall,
  Work,
} from "./types.ts";

/** The store cannot be written now (locked, full, unavailable); a retry may succeed. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

/** The lease expired and another process may hold the row: stop, write nothing. */
export class LeaseLost extends Error {
  override name = "LeaseLost";
}

/** What changed in a commit, told after it; `topic` is what a listener would look at next. */
export interface Change {
  readonly topic: "incident" | "work" | "outbox";
  readonly incident_id: string | null;
}

/** Which incidents `GET /api/incidents` asks for. */
export interface IncidentQuery {
  /** 1 to 500. */
  readonly limit: number;
  /** `newest` (the default): as they were opened. `open_first`: those that are not resolved, by their newest episode. */
  readonly order?: "newest" | "open_first";
  readonly state?: string;
  readonly service?: string;
  readonly severity?: string;
  /** Words looked for in title, service, alerts and diagnosis. */
  readonly q?: string;
  /** `next` of the page before. */
  readonly cursor?: string;
}

/** How an incident is looked at. */
export interface ViewOptions {
  /** As of this episode: with the newest diagnosis of that one, where it has any. */
  readonly episode?: number;
}

/** How an account is looked up. */
export type AccountKey =
  | { readonly id: string }
  | { readonly name: string }
  | { readonly subject: string }
  | { readonly phone: string };

/** What the store may forget. */
export interface PruneOptions {
  /** Resolved incidents, raw deliveries and finished rows from before. */
  readonly before: Date;
  /** The oldest resolved incidents while the store is larger than this, in bytes. */
  readonly maxBytes: number;
}

/** What was forgotten. */
export interface Pruned {
  readonly incidents: number;
  /** Another call would find more. */
  readonly more: boolean;
}

/**
 * How a store came to be when it was opened: `kept` from before; `new`, there was none; `lost`, an agent held it before
 * but it was gone; `salvaged`, it was damaged, and what could be read of it is here.
 */
export interface StoreOrigin {
  readonly kind: "kept" | "new" | "lost" | "salvaged";
  /** In a sentence for people. */
  readonly text: string;
}

/** Reads and writes of one transaction. */
export interface Transaction {
  addDelivery(delivery: Delivery): Promise<void>;

  /** The newest incident of a group, whatever its state. */
  latestIncident(groupKey: string): Promise<Incident | undefined>;
  /** By id, or by code (the newest that has it, capitals or not). */
  incident(idOrCode: string): Promise<Incident | undefined>;
  /** Inserts or replaces. */
  saveIncident(incident: Incident): Promise<void>;
  /** A code that no recent incident has. */
  freeCode(): Promise<string>;
  /** By their start. */
  alerts(incidentId: string): Promise<Alert[]>;
  alert(incidentId: string, fingerprint: string, startsAt: string): Promise<Alert | undefined>;
  /** The newest incident that is not resolved and knows this alert as firing, whatever its group. */
  openIncidentWith(fingerprint: string, startsAt: string): Promise<Incident | undefined>;
  /** The newest incident that ever had this alert, whatever its state. */
  incidentWith(fingerprint: string): Promise<Incident | undefined>;
  /** Incidents that are not resolved and have an alert of this name as firing, the newest first; 20 at most. */
  openIncidentsNamed(alertname: string): Promise<Incident[]>;
  /** Incidents that are not resolved, each with its newest diagnosis, the newest first; 50 at most. */
  openIncidents(): Promise<{ readonly incident: Incident; readonly diagnosis: Diagnosis | null }[]>;
  /** Hands the alerts of an incident, or those of the fingerprints given, over to another, as alerts of an episode of that. */
  moveAlerts(
    from: string,
    to: { readonly incident: string; readonly episode: number; readonly fingerprints?: readonly string[] },
  ): Promise<void>;
  /** How many of its alerts still fire. */
  countFiring(incidentId: string): Promise<number>;
  /** Inserts or replaces, by fingerprint and `starts_at`. */
  saveAlert(incidentId: string, alert: Alert): Promise<void>;
  addTimeline(incidentId: string, entry: TimelineEntry): Promise<void>;

  /** Adds the work unless the same investigation of the same episode is there. */
  enqueueWork(work: NewWork): Promise<boolean>;
  /** @throws {LeaseLost} unless `lease` is still held; call it first in every transaction made under a lease. */
  assertLease(lease: Lease): Promise<void>;
  finishWork(lease: Lease): Promise<void>;
  toolCalls(incidentId: string): Promise<ToolCall[]>;
  addToolCall(incidentId: string, call: ToolCall): Promise<void>;
  /** A brain's answer for one step, kept so that a restart does not ask again. */
  addBrainAnswer(workId: string, step: number, answer: unknown): Promise<void>;
  brainAnswers(workId: string): Promise<{ step: number; answer: unknown }[]>;
  saveDiagnosis(incidentId: string, diagnosis: Diagnosis): Promise<void>;

  /** Adds the row unless its key is there; false when it was. */
  enqueueOutbox(
    row: Pick<OutboxRow, "incident_id" | "key" | "channel" | "kind" | "payload" | "next_at">,
  ): Promise<boolean>;
  /** Replaces the payload of a row that nobody has claimed yet; false when it is too late, or there is none. */
  amendOutbox(key: string, payload: OutboxRow["payload"]): Promise<boolean>;
  /** By id, or by key. */
  outboxRow(idOrKey: string): Promise<OutboxRow | undefined>;
  /**
   * Writes what an attempt led to. Any `state` but `sending` ends the lease: `pending` or `uncertain` with a `next_at`
   * for another try, or a final one.
   */
  updateOutbox(
    lease: Lease,
    update: Partial<Pick<OutboxRow, "state" | "attempts" | "next_at" | "sent_at" | "text" | "receipt" | "last_error">>,
  ): Promise<void>;

  addMessage(incidentId: string, message: Message): Promise<void>;
  addTicket(incidentId: string, ticket: Ticket): Promise<void>;
  /** The oldest first. */
  tickets(incidentId: string): Promise<Ticket[]>;
  /** Notes that an incoming message (its provider's id) is handled; false when it was already. */
  claimInbound(id: string): Promise<boolean>;

  /** By id, by name (capitals or not), by the subject of OpenID Connect, or by phone number. */
  account(by: AccountKey): Promise<Account | undefined>;
  /** By name. */
  accounts(): Promise<Account[]>;
  /** Inserts or replaces, by id. */
  saveAccount(account: Account): Promise<void>;
  /** By the hash of its secret. */
  credential(hash: string): Promise<Credential | undefined>;
  /** Those of an account, the newest first. */
  credentials(accountId: string): Promise<Credential[]>;
  /** Inserts or replaces, by hash. */
  saveCredential(credential: Credential): Promise<void>;
  /** Ends one; false when there is none. */
  dropCredential(hash: string): Promise<boolean>;
  /** Ends those that expired before; how many. */
  dropExpiredCredentials(before: string): Promise<number>;
  /** The newest entry of the audit trail. */
  lastAudit(): Promise<AuditEntry | undefined>;
  addAudit(entry: AuditEntry): Promise<void>;
  /** Entries after number `after`, in order. */
  auditTrail(after: number, limit: number): Promise<AuditEntry[]>;

  /** Small values of the agent itself, e.g. when the last heartbeat came. */
  setting(name: string): Promise<string | undefined>;
  /** Inserts or replaces; a value that belongs to an incident is forgotten with it. */
  saveSetting(name: string, value: string, of?: { readonly incident_id: string }): Promise<void>;
}

/**
 * Everything that the agent must not forget. One shape for SQLite and, later, PostgreSQL; `conformance/` holds what
 * any store must do.
 */
export interface Store {
  readonly origin: StoreOrigin;
  /** Why nothing can be written now, found out by writing; undefined when something can. Never rejects. */
  fault(): Promise<string | undefined>;
  /**
   * Runs `body` in one serializable transaction; it commits when `body` resolves and leaves nothing when it rejects.
   * Bodies run one after another and several may share a durable commit: await nothing in one but the transaction. A body
   * may run more than once before its commit: what it does beside the transaction must bear that.
   *
   * @throws {StoreUnavailable} when it cannot be had or kept.
   */
  transact<T>(body: (tx: Transaction) => Promise<T>): Promise<T>;

  /** By id or code. */
  view(idOrCode: string, options?: ViewOptions): Promise<IncidentView | undefined>;
  list(query: IncidentQuery): Promise<{ incidents: IncidentSummary[]; next: string | null }>;
  /** Every alert that fires as far as is known, of the incidents that are not resolved. */
  firingAlerts(): Promise<FiringAlert[]>;
  /** The incidents whose words (title, labels, diagnosis) are most like `text`, best first. */
  similar(text: string, options: { readonly limit: number; readonly except?: string }): Promise<IncidentSummary[]>;

  /** The most severe, then oldest, free piece of work that is due, leased for `leaseMs`. */
  claimWork(owner: string, leaseMs: number): Promise<{ work: Work; lease: Lease } | undefined>;
  /**
   * The outbox row that is due first on one of `channels`, leased for `leaseMs`. `pending` becomes `sending`; a row
   * that was `sending` when its sender's lease ended comes as `uncertain`: ask the other side before sending again.
   */
  claimOutbox(
    owner: string,
    options: { readonly channels: readonly string[]; readonly leaseMs: number },
  ): Promise<{ row: OutboxRow; lease: Lease } | undefined>;
  /** Extends a lease. @throws {LeaseLost} */
  renew(lease: Lease, leaseMs: number): Promise<void>;
  /** When the next outbox row or lease falls due; undefined when nothing waits. */
  nextDue(): Promise<Date | undefined>;

  /** Calls `listener` after each commit with what it changed; returns how to stop. */
  subscribe(listener: (change: Change) => void): () => void;
  /** Rows by state, for the agent's metrics. */
  counts(): Promise<{
    readonly work: { readonly queued: number; readonly running: number; readonly oldest_seconds: number };
    readonly outbox: Readonly<Record<string, number>>;
    readonly incidents: Readonly<Record<string, number>>;
  }>;
  /** Forgets a little of what is too old or too much; never an incident that is open, or has news under way. */
  prune(options: PruneOptions): Promise<Pruned>;
  close(): Promise<void>;
}
