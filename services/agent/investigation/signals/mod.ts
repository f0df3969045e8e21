/** What the ledger says about each kind of trouble; both brains and the conclusion read it. */
export { diedBefore, ebbing, errorState, isSlow, readSignals, type Signals, type Trouble } from "./signals.ts";
export { costOf } from "./computing.ts";
export { healthyOthers } from "./healthy.ts";
