import * as v from "valibot";
import { bad, good, oneLine, quiet } from "../../lib/terminal/mod.ts";
import { EXIT } from "../exit.ts";
import type { Frame } from "../frame.ts";

const report = v.looseObject({
  ok: v.boolean(),
  checks: v.array(v.looseObject({ name: v.string(), state: v.string(), text: v.string() })),
});

/** Timeout of the checks, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** `oncall doctor`: checks each integration, and prints in one line what is wrong and how to fix it. */
export function doctor({ program, action }: Frame): void {
  program.command("doctor")
    .summary("check each integration, and show how to fix it")
    .description("check each integration with real, read-only requests, and show how to fix what is wrong")
    .action(action(async ({ api, agent, out, json }) => {
      const found = await api.call(agent, { path: "/api/doctor", schema: report, timeoutMs: TIMEOUT_MS });
      if (json) out.json(found);
      else {
        const width = Math.max(...found.checks.map((check) => check.name.length));
        for (const { name, state, text } of found.checks) {
          const tone = state === "ok" ? good : state === "failed" ? bad : quiet;
          out.hang([tone(state.padEnd(7)), `  ${name.padEnd(width)}  `], oneLine(text));
        }
      }
      return found.ok ? EXIT.ok : EXIT.notWell;
    }));
}
