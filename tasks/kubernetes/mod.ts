/** What runs the agent and the sample system in Kubernetes: kustomize bases and overlays, and a Helm chart, from one source. */
import deno from "../../deno.json" with { type: "json" };
import { join } from "node:path";
import { ROOT } from "../build/mod.ts";
import { chartFiles } from "./chart.ts";
import { type Files, kustomizeFiles } from "./kustomize.ts";

export type { Files } from "./kustomize.ts";

/** Where the files are, from the repository's root. */
export const MANIFESTS = "config/kubernetes";

/** Every file below `config/kubernetes`, with its text. */
export async function manifests(): Promise<Files> {
  const alerts = await Deno.readTextFile(join(ROOT, "config/alerts.yaml"));
  return { ...kustomizeFiles(alerts), ...chartFiles(alerts, deno.version) };
}
