import { exitOnConfigurationError, readSettings } from "../configuration/mod.ts";
import { progressLine } from "./live.ts";
import { requireReach } from "./reach.ts";
import { reportLines } from "./report.ts";
import { runTraffic } from "./run.ts";
import { settings } from "./settings.ts";

const name = "oncall-traffic";
const summary =
  "Sends traffic on a schedule, whether or not earlier requests have been answered, and reports how they fared.";

const options = await exitOnConfigurationError(name, () => {
  const values = readSettings({ name, summary }, settings);
  requireReach(values.url);
  return values;
});
const stop = new AbortController(), abandon = new AbortController();
const onSignal = () => stop.signal.aborted ? abandon.abort() : stop.abort();
Deno.addSignalListener("SIGINT", onSignal);
Deno.addSignalListener("SIGTERM", onSignal);
if (!options.json) console.log(`${options.profile} traffic to ${options.url} for ${options.duration} s`);
const report = await runTraffic(options, {
  stop: stop.signal,
  abandon: abandon.signal,
  ...(options.json ? {} : { onProgress: (progress) => console.log(progressLine(progress)) }),
});
console.log(options.json ? JSON.stringify(report) : reportLines(report).join("\n"));
Deno.exit(0);
