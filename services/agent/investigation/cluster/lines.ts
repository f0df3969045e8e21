import type { Log } from "./objects.ts";

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
