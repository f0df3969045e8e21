import { join } from "node:path";
import { executablePath } from "../build/mod.ts";
import { partEnvironment, type StackSettings, tokensOf } from "../stack/mod.ts";

/** Seconds of good traffic, then of traffic that is mostly errors; long enough for the rule to fire with room to spare. */
export const phases = { normal: 15, error: 285 } as const;

/** The traffic generator while it runs. */
export interface Traffic {
  /** Its exit code, whenever that comes. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/** Starts `oncall-traffic` with the agentic profile; its output goes to `traffic.log`. */
export function startTraffic(settings: StackSettings): Traffic {
  const log = join(settings.workingDirectory, settings.logDir, "traffic.log");
  const child = new Deno.Command("/bin/sh", {
    args: [
      ...["-c", 'exec "$@" >>"$0" 2>&1', log, executablePath("traffic")],
      ...["--url", settings.urls.LB_URL, "--profile", "agentic", "--duration", `${phases.normal + phases.error}`],
      ...["--normal-duration", `${phases.normal}`, "--error-duration", `${phases.error}`],
    ],
    cwd: settings.workingDirectory,
    env: partEnvironment("traffic", { settings, tokens: tokensOf(settings) }),
    stdin: "null",
    stdout: "null",
    stderr: "null",
    // Ctrl-C on the terminal is for the demo, which ends the traffic itself.
    detached: true,
  }).spawn();
  const ended = child.status.then((status) => status.code);
  const stop = async () => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await ended;
  };
  return { ended, stop };
}
