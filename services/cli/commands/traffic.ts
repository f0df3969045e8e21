import { bareUrl } from "../../lib/http/mod.ts";
import { Option } from "commander";
import {
  defaultOptions,
  LiveDisplay,
  PROFILES,
  progressLine,
  reportLines,
  requireReach,
  runWarm,
  type TrafficOptions,
  trafficSettings,
} from "../../traffic/mod.ts";
import { EXIT } from "../exit.ts";
import { checked, type Frame } from "../frame.ts";

/** `oncall traffic`: the traffic generator, sending to the balancer. */
export function traffic({ program, action }: Frame): void {
  const command = program.command("traffic")
    .summary("send traffic and report the results")
    .description("send traffic on a schedule and report the results (like oncall-traffic)");
  for (const { flag, help, fallback, schema } of Object.values(trafficSettings)) {
    if (flag === undefined) continue;
    const note = fallback === undefined || flag === "url" ? "" : ` (default ${fallback})`;
    const text = flag === "url" ? "target of the requests (default: the balancer)" : `${help}${note}`;
    const option = new Option(`--${flag} <value>`, text);
    command.addOption(
      flag === "profile" ? option.choices(PROFILES) : option.argParser(checked({ help, fallback, schema })),
    );
  }
  command.action(action(async (context, flags: Partial<TrafficOptions>) => {
    const { deps, out, json, addresses, errorPath } = context;
    const options = { ...defaultOptions(flags), url: flags.url ?? addresses.balancer, errorPath };
    requireReach(options.url);
    const live = out.isTerminal && !json ? new LiveDisplay(context.output, options) : undefined;
    if (!json) out.line(`${options.profile} traffic to ${bareUrl(options.url)} for ${options.duration} s`);
    const report = await runWarm(options, {
      stop: deps.interrupted,
      ...(json ? {} : {
        onProgress: (progress) => live ? live.show(progress) : out.line(progressLine(progress)),
        progressEvery: live ? 1 : options.reportEvery,
      }),
    });
    live?.end();
    if (json) out.json(report);
    else for (const line of reportLines(report)) out.line(line);
    return EXIT.ok;
  }));
}
