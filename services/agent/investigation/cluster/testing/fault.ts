import type { Cluster } from "../objects.ts";
import { shop } from "./build.ts";

/** A cluster with one fault, and what is to be concluded from it. */
export interface Fault {
  name: string;
  cause: string;
  /** The name of the object at fault. */
  object: string;
  cluster: Cluster;
}

export type Shop = ReturnType<typeof shop>;

export function fault(
  name: string,
  [cause, object]: [cause: string, object: string],
  change: (draft: Shop) => void,
): Fault {
  const draft = shop();
  change(draft);
  return { name, cause, object, cluster: draft.cluster };
}
