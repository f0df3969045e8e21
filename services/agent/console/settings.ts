import { flag, secret } from "../../lib/configuration/mod.ts";

/** Settings of the web console. */
export const consoleSettings = {
  consoleToken: secret({
    env: "CONSOLE_TOKEN",
    help: "token for writing from the console and `oncall`; without it, only this machine may write",
  }),
  consoleLab: flag({
    env: "CONSOLE_LAB",
    help: "enable the console's lab, which sets faults, scales and sends traffic",
  }),
};
