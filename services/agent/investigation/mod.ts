/** From a stored incident to a diagnosis that its evidence supports. */
export { type InvestigationDeps, type InvestigationOptions, startInvestigations } from "./start.ts";
export { investigationSettings } from "./settings.ts";
