/** The whole system as processes of this machine: started, watched, ended. */
export { down } from "./down.ts";
export { runInForeground } from "./foreground.ts";
export { freePorts } from "./free_ports.ts";
export { isReady, LaunchError } from "./launch.ts";
export { ConfigError, monitoringConfig } from "./monitoring_config.ts";
export { type Part, partEnvironment, type PartName, partNames, parts } from "./parts.ts";
export { isAlive, ownProcesses, portOwner } from "./processes.ts";
export { type StackSettings, stackSettings } from "./settings.ts";
export { readState } from "./state.ts";
export { tokensOf } from "./tokens.ts";
export { up } from "./up.ts";
