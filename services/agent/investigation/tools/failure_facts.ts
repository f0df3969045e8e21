import { type Failure, peerText } from "../dependencies/mod.ts";
import type { Facts } from "./facts.ts";

/** What a log entry says about the other side of a call: its address exists, and its words may be quoted. */
export function failureFacts(failure: Failure | undefined, facts: Facts): void {
  if (failure === undefined) return;
  facts.said(failure.line);
  if (failure.peer === null) return;
  facts.instance(peerText(failure.peer)).quote(failure.peer.host);
}
