import type { Check, Outgoing } from "../delivery/mod.ts";
import { type Catalogue, createSources, readable } from "../investigation/mod.ts";
import { failed, ok, skipped } from "./look.ts";

type Addresses = Parameters<typeof createSources>[0];

/** The cluster that is connected: whether it answers, and what the agent's account may not read of it. */
export async function cluster(
  settings: Addresses,
  { catalogue, outgoing }: { readonly catalogue: Catalogue; readonly outgoing: Outgoing },
): Promise<Check> {
  const name = "Kubernetes";
  const { cluster } = createSources(settings, { ...outgoing, catalogue });
  if (cluster === undefined) return skipped(name, "not configured: add a connection of kind kubernetes");
  try {
    const { name: called, version, refused } = await readable(cluster, AbortSignal.timeout(outgoing.timeoutMs));
    if (refused.length > 0) {
      return failed(
        name,
        `${called} (${version}) does not let the agent read ${
          refused.join(", ")
        }: give its account the ClusterRole of ` +
          "config/kubernetes/base/cluster_access.yaml",
      );
    }
    return ok(name, `${called} (${version}) can be read; Secrets are never asked for`);
  } catch (error) {
    const reason = error instanceof Error && error.name === "ToolError" ? error.message : "it cannot be read";
    return failed(name, `${reason}; check the connection of kind kubernetes in config/oncall.yaml`);
  }
}
