import type { Log, Pod } from "../objects.ts";
import type { View } from "../view.ts";

const MAX_LINE = 2_000;
const MAX_LINES = 400;

/** The lines of a workload's containers, each cut, newest last; those of meshes' own sidecars are left out. */
export function linesOf(logs: Log[]): string[] {
  return logs.filter((one) => !isSidecar(one.container)).flatMap((one) => one.lines.slice(-MAX_LINES)).map((line) =>
    line.slice(0, MAX_LINE)
  );
}

export function isSidecar(container: string | undefined): boolean {
  return container !== undefined &&
    /^(istio-proxy|linkerd-proxy|envoy|envoy-sidecar|consul-dataplane|kuma-sidecar)$/.test(container);
}

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
