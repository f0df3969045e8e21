import type { Alert } from "../../../incidents/mod.ts";
import type { Alerted } from "../../cluster/mod.ts";
import { exporterOf, targetOf } from "../../sources/mod.ts";
import type { Found } from "./relevance.ts";

const LONGEST = 300;

/** A firing alert as an observation: what it measured, and the objects that its own labels name. */
export function alertedOf(
  { labels, annotations, status }: Pick<Alert, "labels" | "annotations" | "status">,
  found: readonly Found[],
): Alerted | undefined {
  if (status !== "firing" || !labels.alertname) return undefined;
  const own = targetOf(labels);
  const objects = found.filter(({ target }) =>
    own !== undefined && target.kind === own.kind && target.namespace === own.namespace && target.name === own.name ||
    target.kind === "Node" && exporterOf(labels) !== undefined ||
    // The workload that the alert's service runs as.
    target.by === "config"
  ).flatMap(({ refs }) => refs);
  const said = annotations.description || annotations.message || annotations.summary || "";
  return {
    name: labels.alertname,
    objects,
    ...labels.container === undefined ? {} : { container: labels.container },
    text: said.replaceAll(/\s+/g, " ").trim().slice(0, LONGEST),
  };
}
