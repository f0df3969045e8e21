/** `oncall`, the operator's command line. */
export { realDeps } from "./deps.ts";
export { runCli } from "./program.ts";
export type { CliDeps } from "./frame.ts";
export { settings as cliSettings } from "./settings.ts";
