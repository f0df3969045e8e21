import type { Container, Pod, Probe } from "../objects.ts";

/**
 * The probe that was meant. A mesh has its sidecar ask in the container's stead: the pod's probe then names the sidecar's port
 * and a path below /app-health/, and the sidecar's variable tells what stands behind it. Undefined when that is not told.
 */
export function meantProbe(pod: Pod, container: Container, probe: Probe): Probe | undefined {
  if (!probe.path?.startsWith("/app-health/")) return probe;
  const table = pod.spec.containers.flatMap((one) => one.env).find((one) => one.name === "ISTIO_KUBE_APP_PROBERS")
    ?.value;
  const meant = parse(table)[probe.path];
  if (typeof meant !== "object" || meant === null) return undefined;
  const [kind, ask] = Object.entries(meant).find(([key]) => key in KINDS) ?? [];
  const port = typeof ask === "object" && ask !== null ? (ask as { port?: unknown }).port : undefined;
  if (!kind || (typeof port !== "number" && typeof port !== "string")) return undefined;
  const { path: _path, ...rest } = probe;
  const named = container.ports.find((one) => one.name === port)?.port ?? port;
  return { ...rest, kind: KINDS[kind] ?? "http", port: named };
}

const KINDS: Record<string, Probe["kind"]> = { httpGet: "http", tcpSocket: "tcp", grpc: "grpc" };

function parse(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text?.slice(0, 20_000) ?? "{}");
    return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
  } catch {
    return {};
  }
}
