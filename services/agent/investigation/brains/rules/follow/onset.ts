import { windowSeconds } from "../../../tools/mod.ts";
import type { Look } from "./look.ts";

/** Logs and rates tell of the same moment at most so many windows of the rates apart. */
const WINDOWS_APART = 2;

/** Whether what a look shows was there long before a moment: that is how it always is. */
export function isUsual({ signals }: Look, since: string | null): boolean {
  const first = Date.parse(signals.shape?.first ?? "");
  return since !== null && signals.shape?.failure?.way === "slow_query" &&
    first < Date.parse(since) - toleranceOf(signals);
}

function toleranceOf({ instances, rate }: Look["signals"]): number {
  return WINDOWS_APART * windowSeconds(instances?.result.window ?? rate?.result.window) * 1000;
}

/** Whether the trouble of a callee began after that of its caller, and so can't be its reason; no where either is unknown. */
export function beganAfter(callee: Look, caller: Look): boolean {
  const earliest = firstSign(callee.signals);
  const began = Math.min(...measured(caller.signals));
  return Number.isFinite(began) && earliest - began > toleranceOf(callee.signals);
}

/** The first that may belong to a trouble, in milliseconds; NaN where that can't be told. */
function firstSign(signals: Look["signals"]): number {
  const { logs, crashed, hanging } = signals;
  // Of a log that was read in part, and of a process that ended, the beginning may be further back.
  if (crashed.length > 0 || hanging.length > 0 || logs?.result.cut?.includes("only the newest")) return NaN;
  const signs = [...measured(signals), ...(logs?.result.first == null ? [] : [Date.parse(logs.result.first)])];
  return signs.length === 0 ? NaN : Math.min(...signs);
}

/** Since when what was measured is outside its limits; an error that was logged before may be another one. */
function measured({ rate, latency }: Look["signals"]): number[] {
  const since = [rate?.result.above_objective?.since, ...latency.rows.map(({ peak }) => peak.latency_p95_ms?.since)];
  return since.flatMap((at) => at === undefined ? [] : [Date.parse(at)]);
}
