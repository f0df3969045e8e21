/** What a diagnosis claims, looked up in the ledger. */
export { checkDraft, type Checked, sentencesOf } from "./check.ts";
export { Evidence } from "./evidence.ts";
export { type Fact, factsOf } from "./facts.ts";
