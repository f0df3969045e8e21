/** The objects of the agent and of the sample system, as functions of nothing but the shipped alert rules. */
export { AGENT, agent, AGENT_PORT, agentConfiguration } from "./agent.ts";
export { balancer } from "./balancer.ts";
export { clusterAccess } from "./cluster_access.ts";
export { inventory } from "./inventory.ts";
export { agentMonitoring, sampleMonitoring } from "./operator.ts";
export { agentPolicy, samplePolicies } from "./traffic_policies.ts";
export { trialMonitoring } from "./trial.ts";
