/** From the service whose alert fired to the one at fault. */
export { type Cause, causeOf } from "./cause.ts";
export { callsToFollow } from "./frontier.ts";
export { tellCause } from "./tell.ts";
