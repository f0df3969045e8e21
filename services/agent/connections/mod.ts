/** What several rooms connect to: each setting is declared here once, and shared. */
export { bareNumber, E164, NUMBER_EXPECTED, samePhone } from "./numbers.ts";
export { connectionSettings, matching, optionalUrl } from "./settings.ts";
