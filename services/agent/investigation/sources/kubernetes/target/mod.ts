/** Which object of a cluster an alert is about. */
export { exporterOf, type Target, type TargetKind, targetOf } from "./target.ts";
