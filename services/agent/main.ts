import { readSettings } from "../lib/configuration/mod.ts";
import { runUntilSignal } from "../lib/lifecycle/mod.ts";
import { createLogger } from "../lib/telemetry/mod.ts";
import { program, settings } from "./settings.ts";
import { start } from "./start.ts";

await runUntilSignal(program.name, () => {
  const values = readSettings(program, settings);
  const secrets = Object.entries(settings)
    .filter(([, setting]) => setting.secret).map(([key]) => values[key as keyof typeof values] as string | undefined);
  return start(values, { log: createLogger({ name: "agent", secrets }) });
});
