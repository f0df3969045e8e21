import { exitOnConfigurationError, localUrl, readSettings } from "../lib/configuration/mod.ts";
import { standardOutput } from "../lib/terminal/mod.ts";
import { LiveDisplay, progressLine } from "./live.ts";
import { requireReach } from "./reach.ts";
import { reportLines } from "./report.ts";
import { settings } from "./settings.ts";
import { runWarm } from "./warm_up.ts";

const name = "oncall-traffic";
const summary =
  "Sends traffic on a schedule, whether or not earlier requests have been answered, and reports how they fared.";

const options = await exitOnConfigurationError(name, () => {
  const values = readSettings({ name, summary }, settings);
  const url = values.url ?? localUrl(values.balancerHost, values.balancerPort);
  requireReach(url);
  return { ...values, url };
});
const stop = new AbortController(), abandon = new AbortController();
const onSignal = () => stop.signal.aborted ? abandon.abort() : stop.abort();
Deno.addSignalListener("SIGINT", onSignal);
Deno.addSignalListener("SIGTERM", onSignal);

const output = standardOutput(options);
const live = output.isTerminal && options.terminal !== "dumb" ? new LiveDisplay(output, options) : undefined;
if (!options.json) output.write(`${options.profile} traffic to ${options.url} for ${options.duration} s\n`);
const report = await runWarm(options, {
  stop: stop.signal,
  abandon: abandon.signal,
  ...(options.json ? {} : {
    onProgress: (progress) => live ? live.show(progress) : output.write(`${progressLine(progress)}\n`),
    progressEvery: live ? 1 : options.reportEvery,
  }),
});
live?.end();
output.write(`${options.json ? JSON.stringify(report) : reportLines(report).join("\n")}\n`);
Deno.exit(0);
