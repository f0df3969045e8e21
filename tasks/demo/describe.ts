import type { Diagnosis, ToolCall } from "../../services/agent/incidents/mod.ts";
import type { Reading } from "./observe.ts";
import { clock, cut, type Screen, wrap } from "./screen.ts";

/** How long the alert's condition must hold before it fires, in seconds; the rule's `for`. */
const FOR_SECONDS = 60;
const BAR = 20;
/** Columns of what was asked. */
const ASKED = 40;
/** Fields of a result that say where and when it was measured, not what. */
const BACKGROUND = new Set(["source", "service", "window", "seconds", "minutes", "at", "queries", "history", "claims"]);

/** The live line: rates, a bar, the alert's state. */
export function readingLine(reading: Reading, screen: Screen, now: Date = new Date()): string {
  const { requestRate, errorRate } = reading;
  if (Number.isNaN(requestRate)) return "waiting for Prometheus' first two scrapes";
  const share = Number.isNaN(errorRate) ? 0 : errorRate;
  const filled = Math.round(share * BAR);
  const bar = screen.paint("#".repeat(filled), share > 0.2 ? "red" : "green") + ".".repeat(BAR - filled);
  const percent = Number.isNaN(errorRate) ? "    –" : `${(share * 100).toFixed(1).padStart(5)} %`;
  return `${requestRate.toFixed(1).padStart(5)} requests/s   errors ${percent} [${bar}]   alert ${
    alertText(reading, now)
  }`;
}

function alertText(reading: Reading, now: Date): string {
  if (reading.alert !== "pending" || reading.activeAt === undefined) return reading.alert;
  const left = FOR_SECONDS - (now.getTime() - new Date(reading.activeAt).getTime()) / 1000;
  return `pending, fires in ${clock(left)}`;
}

/** One tool call in one line: what was asked, how long it took, what came back. */
export function toolCallLine(call: ToolCall, width: number): string {
  const args = Object.entries(call.arguments).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(", ");
  const took = new Date(call.ended_at).getTime() - new Date(call.started_at).getTime();
  const asked = cut(`${call.tool}(${args})`, ASKED).padEnd(ASKED);
  const head = `step ${call.step}  ${asked} ${call.ok ? "ok    " : "failed"} ${`${took} ms`.padStart(6)}  `;
  return head + cut(summary(call.result), Math.max(20, width - head.length));
}

/** The numbers and short texts of a tool's result, and how long its lists are; of an error, its message. */
function summary(result: unknown): string {
  if (typeof result !== "object" || result === null) return String(result);
  if ("error" in result && "message" in result) return String(result.message);
  const parts: string[] = [];
  for (const [name, value] of Object.entries(result)) {
    if (BACKGROUND.has(name)) continue;
    const shown = Array.isArray(value) ? value.length : value;
    const isShort = typeof shown === "string" && shown.length <= 40 && !/^\d{4}-\d\d-\d\dT/.test(shown);
    if (typeof shown === "number" || typeof shown === "boolean" || isShort) parts.push(`${name} ${shown}`);
  }
  return parts.join(", ");
}

/** The diagnosis, as a block of lines. */
export function diagnosisLines(diagnosis: Diagnosis, screen: Screen): string[] {
  const width = Math.min(screen.width, 120) - 14;
  const rows: [string, string][] = [["Cause", diagnosis.root_cause]];
  if (diagnosis.affected_file !== null) {
    const line = diagnosis.line_number === null ? "" : `:${diagnosis.line_number}`;
    rows.push(["Where", `${diagnosis.affected_file}${line}`]);
  }
  if (typeof diagnosis.error_rate === "number") {
    rows.push(["Error rate", `${(diagnosis.error_rate * 100).toFixed(1)} %`]);
  }
  if (diagnosis.routes?.length) rows.push(["Routes", diagnosis.routes.join(", ")]);
  if (diagnosis.instances?.length) rows.push(["Instances", diagnosis.instances.join(", ")]);
  if (diagnosis.suggested_fix !== "") rows.push(["Fix", diagnosis.suggested_fix]);
  for (const [index, step] of diagnosis.next_steps.entries()) {
    rows.push([index === 0 ? "Next" : "", `${index + 1}. ${step}`]);
  }
  if (diagnosis.missing.length > 0) rows.push(["Missing", diagnosis.missing.join("; ")]);
  return rows.flatMap(([name, text]) =>
    wrap(text, width).map((line, index) => `  ${(index === 0 ? name : "").padEnd(11)} ${line}`)
  );
}
