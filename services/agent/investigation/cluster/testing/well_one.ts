import type { Cluster } from "../objects.ts";
import { shop } from "./build.ts";
import type { Shop } from "./fault.ts";

/** A cluster that is well, or on its way to be, by what is going on in it. */
export interface Well {
  name: string;
  cluster: Cluster;
}

export function well(name: string, change: (draft: Shop) => void = () => {}): Well {
  const draft = shop();
  change(draft);
  return { name, cluster: draft.cluster };
}
