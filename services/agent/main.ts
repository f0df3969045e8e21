import { installGuard } from "./connections/mod.ts";
import { connectionSecrets, guardOf } from "./investigation/mod.ts";
import { readSettings, secretsIn } from "../lib/configuration/mod.ts";
import { runUntilSignal } from "../lib/lifecycle/mod.ts";
import { createLogger } from "../lib/telemetry/mod.ts";
import { protectSecrets, redact, redactPersonal } from "./incidents/mod.ts";
import { program, settings } from "./settings.ts";
import { start } from "./start.ts";

await runUntilSignal(program.name, () => {
  const values = readSettings(program, settings);
  protectSecrets([...secretsIn(settings, values), ...connectionSecrets(values)]);
  redactPersonal(values.redactPersonal);
  const log = createLogger({ name: "agent", clean: redact });
  installGuard(guardOf(values, { report: (host, why) => log.warn("a host was not reached", { host, why }) }));
  return start(values, { log, isolate: true });
});
