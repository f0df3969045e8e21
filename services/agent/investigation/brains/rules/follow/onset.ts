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
