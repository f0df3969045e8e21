/** What any store must do, with nothing of SQLite in it. */
export type { StoreHarness } from "./harness.ts";
export { sampleAlert, sampleCall, sampleDiagnosis, sampleIncident } from "./samples.ts";
export { testStore } from "./suite.ts";
