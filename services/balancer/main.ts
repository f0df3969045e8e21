import { readSettings } from "../lib/configuration/mod.ts";
import { runUntilSignal } from "../lib/lifecycle/mod.ts";
import { settings } from "./settings.ts";
import { start } from "./start.ts";

const program = {
  name: "oncall-lb",
  summary: "Spreads requests over the inventory's instances, and keeps them from those that fail.",
};

await runUntilSignal(program.name, () => start(readSettings(program, settings)));
