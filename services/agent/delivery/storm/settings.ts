import { integer } from "../../../lib/configuration/mod.ts";

/** Settings of what a storm of alerts may send to people. */
export const stormSettings = {
  stormMessages: integer(
    { env: "STORM_MESSAGES", help: "most messages about incidents in a window; a digest replaces further ones" },
    20,
    1,
    10_000,
  ),
  stormWindowSec: integer({ env: "STORM_WINDOW", help: "seconds of that window" }, 600, 1, 86_400),
};
