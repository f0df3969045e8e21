/** The one way out of the agent: what the configuration names, and nothing else. */
export { isAddress, reachOf, refusalOf } from "./addresses.ts";
export { EgressRefused, Guard as EgressGuard, type GuardedInit } from "./guard.ts";
export { installGuard } from "./install.ts";
export { addressesOf, hostsOf } from "./named.ts";
