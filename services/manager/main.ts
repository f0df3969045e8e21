import { readSettings } from "../configuration/mod.ts";
import { runUntilSignal } from "../lifecycle/mod.ts";
import { createLogger } from "../telemetry/mod.ts";
import { program, settings } from "./settings.ts";
import { start } from "./start.ts";

await runUntilSignal(program.name, () => {
  const values = readSettings(program, settings);
  return start(values, { log: createLogger({ name: "manager" }) });
});
