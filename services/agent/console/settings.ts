import { flag, secret } from "../../lib/configuration/mod.ts";

/** Settings of the web console. */
export const consoleSettings = {
  consoleToken: secret({
    env: "CONSOLE_TOKEN",
    help: "what the console and `oncall` need to write; without it only this machine may",
  }),
  consoleLab: flag({
    env: "CONSOLE_LAB",
    help: "offer the console's lab, which sets faults, scales and sends traffic",
  }),
};
