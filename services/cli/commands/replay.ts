import * as v from "valibot";
import { oneOf } from "../../lib/configuration/mod.ts";
import { oneLine, quiet, strong, wrap } from "../../lib/terminal/mod.ts";
import { EXIT } from "../exit.ts";
import { checked, type Context, type Frame } from "../frame.ts";
import { findIncident, INCIDENT_HELP } from "../incident.ts";

const replayed = v.looseObject({
  replayed: v.looseObject({
    verdict: v.string(),
    root_cause: v.string(),
    brain: v.string(),
    degraded: v.nullish(v.boolean(), false),
    degraded_reason: v.nullish(v.string(), ""),
  }),
  differences: v.array(v.looseObject({ field: v.string(), recorded: v.unknown(), replayed: v.unknown() })),
  calls: v.array(v.looseObject({ tool: v.string(), arguments: v.unknown(), answered_by: v.nullable(v.string()) })),
  tokens: v.nullish(v.number(), 0),
});

/** A model may take its time over several answers. */
const TIMEOUT_MS = 600_000;

/** `oncall replay [incident]`: repeats an investigation on its recorded results, and shows what differs. */
export function replay({ program, action }: Frame): void {
  program.command("replay")
    .summary("repeat an investigation on its recorded results")
    .description("repeat an investigation on its recorded results, and show what differs; changes nothing")
    .argument("[incident]", INCIDENT_HELP, "latest")
    .option(
      "--brain <name>",
      "the brain that decides: rules or openai",
      checked(oneOf({ help: "" }, "rules", ["rules", "openai"])),
      "rules",
    )
    .action(action(async (context, name: string, { brain }: { brain: string }) => {
      const { api, agent, out, json } = context;
      const incident = await findIncident(context, name);
      const answer = await api.call(agent, {
        path: `/api/incidents/${encodeURIComponent(incident.id)}/replay`,
        method: "POST",
        body: { brain },
        schema: replayed,
        timeoutMs: TIMEOUT_MS,
      });
      if (json) out.json(answer);
      else print(context, { code: incident.code, answer });
      return answer.differences.length === 0 ? EXIT.ok : EXIT.notWell;
    }));
}

function print({ out }: Context, { code, answer }: { code: string; answer: v.InferOutput<typeof replayed> }): void {
  const { replayed: diagnosis, differences, calls, tokens } = answer;
  const spent = tokens > 0 ? `, ${tokens} tokens` : "";
  out.line(
    strong(`${oneLine(code)} replayed by ${oneLine(diagnosis.brain)}`),
    quiet(`  ${calls.length} calls${spent}`),
  );
  if (diagnosis.degraded) out.line(`The model did not finish: ${oneLine(diagnosis.degraded_reason)}`);
  for (const call of calls.filter((call) => call.answered_by === null)) {
    out.line(`Not recorded: ${oneLine(call.tool)} ${oneLine(JSON.stringify(call.arguments))}`);
  }
  if (differences.length === 0) return out.line("Same diagnosis.");
  const width = Math.min(out.width, 100) - 4;
  for (const { field, recorded, replayed } of differences) {
    out.line(strong(oneLine(field)));
    for (const [sign, value] of [["-", recorded], ["+", replayed]] as const) {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      wrap(oneLine(text), width).forEach((line, index) => out.line(`${index === 0 ? sign : " "} ${line}`));
    }
  }
}
