import { readSettings } from "../configuration/mod.ts";
import { runUntilSignal } from "../lifecycle/mod.ts";
import { createLogger } from "../telemetry/mod.ts";
import { program, settings } from "./settings.ts";
import { start } from "./start.ts";

await runUntilSignal(program.name, () => {
  const values = readSettings(program, settings);
  const secrets = Object.entries(settings)
    .filter(([, setting]) => setting.secret).map(([key]) => values[key as keyof typeof values] as string | undefined);
  return start(values, { log: createLogger({ name: "agent", secrets }) });
});
