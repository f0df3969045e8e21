/** The load balancer. */
export { type BalancerDeps, type BalancerOptions, start } from "./start.ts";
