import { optionalUrl } from "../connections/mod.ts";

/** Base of links to the console. */
export const consoleUrl = optionalUrl({
  env: "CONSOLE_URL",
  help: "base URL of the console for links in messages; PUBLIC_URL if that is the same",
});
