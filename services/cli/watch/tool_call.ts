import type { IncidentRead } from "../../lib/incident/mod.ts";
import { bad, type Cell, cut, good, oneLine, quiet } from "../../lib/terminal/mod.ts";

/** Columns of what was asked. */
const ASKED = 40;
const LONGEST = 200;
/** Fields of a result that say where and when it was measured, not what. */
const BACKGROUND = new Set(["source", "service", "window", "seconds", "minutes", "at", "queries", "history", "claims"]);

/** One tool call: what was asked, how long it took, what came back. */
export function toolCallCells(call: IncidentRead["tool_calls"][number]): Cell[] {
  const args = Object.entries(typeof call.arguments === "object" ? call.arguments ?? {} : {})
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ");
  const took = Date.parse(call.ended_at) - Date.parse(call.started_at);
  return [
    quiet(`${oneLine(call.id).padEnd(4)} `),
    `step ${call.step}  `,
    `${cut(oneLine(`${call.tool}(${args})`), ASKED).padEnd(ASKED)} `,
    call.ok ? good("ok    ") : bad("failed"),
    quiet(` ${(Number.isNaN(took) ? "" : `${took} ms`).padStart(7)}  ${cut(summaryOf(call.result), LONGEST)}`),
  ];
}

/** The numbers and short texts of a tool's result, and how long its lists are; of an error, its message. */
function summaryOf(result: unknown): string {
  if (typeof result !== "object" || result === null) return oneLine(result);
  if ("error" in result && "message" in result) return oneLine(result.message);
  const parts: string[] = [];
  for (const [name, value] of Object.entries(result)) {
    if (BACKGROUND.has(name)) continue;
    const shown = Array.isArray(value) ? value.length : value;
    const isShort = typeof shown === "string" && shown.length <= 40 && !/^\d{4}-\d\d-\d\dT/.test(shown);
    if (typeof shown === "number" || typeof shown === "boolean" || isShort) parts.push(`${name} ${shown}`);
  }
  return oneLine(parts.join(", "));
}
