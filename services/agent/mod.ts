/** The agent: takes alerts, investigates them, and tells people the cause. */
export { type AgentDeps, type AgentOptions, start } from "./start.ts";
export { program as agentProgram, settings as agentSettings } from "./settings.ts";
export type * from "./incidents/mod.ts";
export { catalogueOf, catalogueSchema } from "./investigation/mod.ts";

// What its routes take and what it reads of a cluster, for the reference pages and the manifests.
export { accountChangeSchema, newAccountSchema, newTokenSchema } from "./accounts/mod.ts";
export { incidentsQuery } from "./api/mod.ts";
export { faultBody, scaleBody, trafficBody } from "./console/mod.ts";
export { webhookSchema } from "./intake/mod.ts";
export { readRights, replaySchema, type Tool, tools } from "./investigation/mod.ts";
export { messageSchema } from "./operator/mod.ts";
export { changeSchema } from "./connections/mod.ts";
