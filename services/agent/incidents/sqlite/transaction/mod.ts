/** Reads and writes of one body. */
export type { Touched } from "./base.ts";
export { SqliteTransaction } from "./transaction.ts";
