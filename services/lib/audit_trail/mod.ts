/** Deeds chained by hashes, and whether a chain of them is whole. */
export { type AuditEntry, hashOf, NO_HASH, type Verdict, verifyTrail } from "./trail.ts";
