/** What a storm of alerts may send to people. */
export { stormGate, type StormGateDeps, type StormPolicy } from "./gate.ts";
export { stormSettings } from "./settings.ts";
