/** What tests with several processes share: executables, ports, folders, waiting, Prometheus and Alertmanager. */
export { ensureBuilt, type Result, type RunOptions, runRole, type StartedRole, startRole } from "./executables.ts";
export { type TempFolder, tempFolder, workspace } from "./folders.ts";
export { freePort, freePortRange } from "./ports.ts";
export { type RunningTask, type Stack, stack } from "./stack.ts";
export { until, type UntilOptions } from "./wait.ts";
export { BIN, executablePath, type RoleName, ROOT } from "../../tasks/build/mod.ts";
export { type MonitoringTools, monitoringTools } from "../../tasks/monitoring/mod.ts";
