import { readSettings, secretsIn } from "../lib/configuration/mod.ts";
import { runUntilSignal } from "../lib/lifecycle/mod.ts";
import { createLogger } from "../lib/telemetry/mod.ts";
import { protectSecrets, redact, redactPersonal } from "./incidents/mod.ts";
import { program, settings } from "./settings.ts";
import { start } from "./start.ts";

await runUntilSignal(program.name, () => {
  const values = readSettings(program, settings);
  protectSecrets(secretsIn(settings, values));
  redactPersonal(values.redactPersonal);
  return start(values, { log: createLogger({ name: "agent", clean: redact }), isolate: true });
});
