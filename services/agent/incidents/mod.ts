/** The incident, its life and its store. */
export type * from "./types.ts";
export { type Change, type IncidentQuery, LeaseLost, type Store, StoreUnavailable, type Transaction } from "./store.ts";
