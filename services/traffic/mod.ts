/** The traffic generator: open loop, on an absolute schedule, every scheduled request accounted for. */
export { type Progress, runTraffic, type TrafficDeps } from "./run.ts";
export { type Report, reportLines } from "./report.ts";
export { LiveDisplay, progressLine } from "./live.ts";
export { requireReach } from "./reach.ts";
export { defaultOptions, PROFILES, type TrafficOptions, trafficSettings } from "./settings.ts";
export { Times } from "./tally.ts";
export { runWarm } from "./warm_up.ts";
