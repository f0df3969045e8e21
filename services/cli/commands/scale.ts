import * as v from "valibot";
import { integer } from "../../lib/configuration/mod.ts";
import { checked, type Frame } from "../frame.ts";
import { good } from "../../lib/terminal/mod.ts";

const answer = v.looseObject({
  replicas: v.number(),
  started: v.nullish(v.unknown()),
  stopped: v.nullish(v.unknown()),
});

/** `oncall scale <replicas>`: how many instances run. */
export function scale({ program, action }: Frame): void {
  const replicas = integer({ help: "" }, 0, 0, 1000);
  program.command("scale")
    .summary("start or stop instances to reach this number")
    .description("start or stop instances to reach this number")
    .argument("<replicas>", "number of instances", checked(replicas))
    .action(action(async ({ api, manager, out, json }, replicas: number) => {
      const result = await api.call(manager, {
        path: "/scale",
        method: "POST",
        body: { replicas },
        schema: answer,
        // It answers once what it starts is healthy and what it stops has drained.
        timeoutMs: 120_000,
      });
      if (json) out.json(result);
      else {
        out.line(
          good(`${result.replicas} ${result.replicas === 1 ? "instance runs" : "instances run"}`),
          ...changes(result),
        );
      }
      return 0;
    }));
}

function changes({ started, stopped }: v.InferOutput<typeof answer>): string[] {
  const told = [["started", listOf(started)], ["stopped", listOf(stopped)]] as const;
  return told.filter(([, what]) => what !== "").map(([word, what]) => `, ${word} ${what}`);
}

function listOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => typeof one === "object" ? one?.port : one).join(", ");
  return value ? String(value) : "";
}
