/** The incident store in one SQLite file. */
export { openSqliteStore, type SqliteOptions } from "./open.ts";
export { openOrStandBy } from "./stand_by.ts";
