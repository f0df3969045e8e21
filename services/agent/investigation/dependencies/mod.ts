/** Calls and resources that failed, read from what services log about them. */
export { type Failure, type Peer, type PeerKind, peerText, type Way } from "./failure.ts";
export { categoryOf } from "./category.ts";
export { failureOf } from "./read.ts";
export { kindByName } from "./peers.ts";
