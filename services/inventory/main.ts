import { exitOnConfigurationError, readSettings } from "../lib/configuration/mod.ts";
import { runUntilSignal } from "../lib/lifecycle/mod.ts";
import { settings } from "./settings.ts";
import { serviceName, start } from "./inventory.ts";

const NAME = "oncall-inventory";

if (import.meta.main) {
  const values = await exitOnConfigurationError(NAME, () =>
    readSettings({
      name: NAME,
      summary: "One instance of the inventory service: items in a store that all instances share.",
    }, settings));
  await runUntilSignal(NAME, () =>
    start({
      hostname: values.host,
      port: values.port,
      service: values.service ?? serviceName(values.port),
      fault: values.fault,
      db: values.db ?? `${values.runDir}/items.db`,
      logDir: values.logDir,
      freightUrl: values.freightUrl,
      token: values.token,
      allowedHosts: values.allowedHosts,
      lab: values.lab,
      reportUncaught: true,
    }));
}
