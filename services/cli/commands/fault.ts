import { Argument } from "commander";
import * as v from "valibot";
import { integer, number } from "../../lib/configuration/mod.ts";
import { CliError, EXIT } from "../exit.ts";
import { checked, type Frame } from "../frame.ts";
import { bad, good, oneLine } from "../../lib/terminal/mod.ts";

const MODES = ["none", "latency", "errors", "cpu", "oom_safe", "crash"] as const;
type Mode = typeof MODES[number];

const answer = v.looseObject({
  results: v.record(v.string(), v.looseObject({ status: v.number(), message: v.optional(v.string()) })),
});

interface Flags {
  readonly latencyMs?: number;
  readonly pError?: number;
  readonly cpuMs?: number;
  readonly port?: readonly number[];
}

/** The flag that goes with each mode. */
const FLAG_OF: Readonly<Partial<Record<Mode, keyof Flags>>> = { latency: "latencyMs", errors: "pError", cpu: "cpuMs" };
const NAMES: Readonly<Record<keyof Flags, string>> = {
  latencyMs: "--latency-ms",
  pError: "--p-error",
  cpuMs: "--cpu-ms",
  port: "--port",
};

/** `oncall fault <mode>`: makes instances misbehave, or behave again. */
export function fault({ program, action }: Frame): void {
  const ms = integer({ help: "" }, 0, 0, 600_000);
  const port = checked(integer({ help: "" }, 0, 1, 65_535));
  program.command("fault")
    .description("set a fault on instances; `none` removes it")
    .addArgument(new Argument("<mode>", "the fault").choices(MODES))
    .option("--latency-ms <n>", "latency: delay added to each request, ± 50 %", checked(ms))
    .option("--p-error <share>", "errors: share of requests that fail, 0 to 1", checked(number({ help: "" }, 0, 0, 1)))
    .option("--cpu-ms <n>", "cpu: CPU time burned in each request", checked(ms))
    .option(
      "--port <n>",
      "only on this instance; repeatable (default: all)",
      (raw: string, before: number[] = []) => [...before, port(raw)],
    )
    .action(action(async ({ api, manager, out, json }, mode: Mode, flags: Flags) => {
      for (const flag of ["latencyMs", "pError", "cpuMs"] as const) {
        if (flags[flag] !== undefined && FLAG_OF[mode] !== flag) {
          throw new CliError(EXIT.usage, `${NAMES[flag]} has no meaning with the mode ${mode}`);
        }
      }
      const body = {
        mode,
        latency_ms: flags.latencyMs,
        p_error: flags.pError,
        cpu_ms: flags.cpuMs,
        ports: flags.port,
      };
      const result = await api.call(manager, { path: "/fault", method: "POST", body, schema: answer });
      const answers = Object.entries(result.results);
      const failed = answers.filter(([, { status }]) => status < 200 || status > 299);
      if (json) out.json(result);
      else {
        for (const [port, { status, message }] of answers) {
          const what = status === 0 ? "does not answer" : `answered ${status}`;
          if (status >= 200 && status <= 299) out.line(good("set  "), `${port}: ${mode}`);
          else out.line(bad("failed  "), `${port}: ${message === undefined ? what : oneLine(message)}`);
        }
      }
      return failed.length > 0 ? EXIT.notWell : EXIT.ok;
    }));
}
