/** Flags, environment and `.env` of an executable, validated in one place. */
export { localUrl } from "./local_url.ts";
export { explainDenied } from "./denied.ts";
export { loadDotEnv, parseDotEnv } from "./dot_env.ts";
export { type Program, readSettings, secretsIn, type Setting, type Settings, type Values } from "./program.ts";
export { joinSettings, refuseDuplicates } from "./join.ts";
export { ConfigurationError, exitOnConfigurationError } from "./problems.ts";
export { flag, integer, list, number, oneOf, optional, secret, text, url } from "./setting.ts";
export { VERSION } from "./version.ts";
