/** The incident, its life and its store. */
export type * from "./types.ts";
export { FIRST_ASKED_LOOK } from "./types.ts";
export type { AuditEntry } from "../../lib/audit_trail/mod.ts";
export { type Account, type Credential, type Role, ROLES } from "./accounts.ts";
export {
  type AccountKey,
  type Change,
  type IncidentQuery,
  LeaseLost,
  type Pruned,
  type PruneOptions,
  type Store,
  type StoreOrigin,
  StoreUnavailable,
  type Transaction,
  type ViewOptions,
} from "./store.ts";
export { CODE, type IdDeps, newId, randomCode } from "./ids.ts";
export { openStore, storeFile } from "./open.ts";
export type { SqliteOptions as StoreOptions } from "./sqlite/mod.ts";
export {
  PERSONAL,
  type Personal,
  protectSecrets,
  redact,
  redactDeep,
  REDACTED,
  type RedactionState,
  redactionState,
  redactPersonal,
  takeRedaction,
} from "./redaction/mod.ts";
export {
  type Conversation,
  type Doing,
  type Hear,
  type Heard,
  incidentOfMessage,
  intentSchema,
  type Pending,
  readConversation,
  readPending,
  saveConversation,
  saveMessageOf,
  savePending,
} from "./conversation/mod.ts";
export { type Resolution, resolveIncident } from "./resolve.ts";
export { canMove, type LifeEvent, move } from "./life.ts";
export {
  callsForPerson,
  channelsFor,
  mostSevere,
  SEVERITY_LEVELS,
  SEVERITY_WORDS,
  type SeverityLevel,
  severityLevel,
  severityRank,
} from "./severity.ts";
export {
  type Addressee,
  announce,
  type Announcement,
  ANSWER_KINDS,
  type Answered,
  type AnswerKind,
  type Asked,
  type Content,
  decode,
  type Decoded,
  type EntryOf,
  escalate,
  escalateUndelivered,
  NEWS_KINDS,
  type NewsKind,
  type Occasion,
  type Order,
  order,
  type OrderChannels,
  type OrderedBy,
  orderForEpisode,
  type OrderKind,
  orderSchema,
  type OutboxEntry,
  outboxKey,
  type OutboxKind,
  PAGING,
  type Payload,
  reply,
  storedKind,
} from "./outbox/mod.ts";
export { type RetentionDeps, startRetention } from "./retention.ts";
export {
  alertsOfEpisode,
  type AlertWords,
  isMeasurer,
  leadAlert,
  nameOf,
  objectOf,
  serviceOfLabels,
  severityOf,
  sharedLabels,
  summaryOf,
} from "./subject/mod.ts";
