/** The agent: takes alerts, investigates them, and tells people the cause. */
export { type AgentDeps, type AgentOptions, start } from "./start.ts";
export type * from "./incidents/types.ts";
