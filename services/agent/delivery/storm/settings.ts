import { integer } from "../../../lib/configuration/mod.ts";

/** Settings of what a storm of alerts may send to people. */
export const stormSettings = {
  stormMessages: integer(
    { env: "STORM_MESSAGES", help: "messages on incidents within a window; further ones are gathered into a digest" },
    20,
    1,
    10_000,
  ),
  stormWindowSec: integer({ env: "STORM_WINDOW", help: "seconds of that window" }, 600, 1, 86_400),
};
