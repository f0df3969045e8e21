/** Compiles the executables, each with the smallest permission flags for its role. */
export { build, executablePath, flagsOf, type Say, settingsOf } from "./build.ts";
export { compileProgram } from "./compile.ts";
export { environmentAnd, type Lookup } from "./flags.ts";
export { envExample, variablesModule } from "./env_example.ts";
export { download, reasonOf, sha256 } from "./download.ts";
export { BIN, ROOT, TOOLS, VARIABLES_MODULE } from "./paths.ts";
export { type Role, type RoleName, roleNames, roles } from "./roles.ts";
export { runtimeEnvironment } from "./runtime.ts";
