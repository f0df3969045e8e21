import type { Pod } from "../objects.ts";
import { linesOf } from "../lines.ts";
import type { View } from "../view.ts";

export { isSidecar } from "../lines.ts";

/** The first line of a pod's logs for which `fits` is true. */
export function logLine(view: View, pod: Pod, fits: (line: string) => boolean): string | undefined {
  const logs = view.logsOf(pod.owner ?? pod).filter((one) => !one.pod || one.pod === pod.name);
  return linesOf(logs).find(fits);
}

/** The part of a line around what matters, so that a quote shows it. */
export function around(line: string, pattern: RegExp): string {
  const at = line.search(pattern);
  if (at < 0) return line.slice(0, 300);
  return line.slice(Math.max(0, at - 100), at + 250).trim();
}
