/** What a cluster's own objects say is wrong with it: plain snapshots of objects, rules over them, and their weighing. */
export { emptyCluster } from "./empty.ts";
export type * from "./objects.ts";
export { parseQuantity } from "./quantity.ts";
export type { Finding, Group, Quote, Rule } from "./rules/rule.ts";
export { RULES } from "./rules/table.ts";
export { type Symptom, symptomsOf } from "./symptoms.ts";
export { isReady, refOf, View } from "./view.ts";
export { type Judgement, weigh, type Weighed } from "./weigh.ts";
