/** From the API's JSON to the objects that rules read; what a Secret or a ConfigMap holds is never kept. */
export { eventOf } from "./events.ts";
export {
  at,
  conditions,
  controllerOf,
  kindOf,
  labels,
  nameOf,
  namespaceOf,
  number,
  objects,
  optional,
  record,
  secondsSince,
  text,
  texts,
} from "./fields.ts";
export { quantity } from "./containers.ts";
export { type Lease, leaseOf, nodeOf } from "./nodes.ts";
export { podOf, type ReadPod } from "./pods.ts";
export { addEndpoints, policyOf, routesOf, serviceOf, type Slice, sliceOf } from "./services.ts";
export { claimOf, limitRangeOf, quotaOf, storageClassOf, volumeOf } from "./storage.ts";
export { autoscalerOf, type Budget, budgetOf, cronJobOf, type ReadWorkload, workloadOf } from "./workloads.ts";
