import type { Ref } from "../../cluster/mod.ts";

/** `deployment/web`, as kubectl takes it. */
export function wordOf(ref: Ref): string {
  const kind = ref.kind === "Workload" ? ref.as ?? "Deployment" : ref.kind === "Route" ? "Ingress" : ref.kind;
  return `${kind.toLowerCase()}/${ref.name}`;
}
