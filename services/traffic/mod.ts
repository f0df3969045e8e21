/** The traffic generator: open loop, on an absolute schedule, every scheduled request accounted for. */
export { type Progress, runTraffic, type TrafficDeps } from "./run.ts";
export { type Report, reportLines } from "./report.ts";
export { progressLine } from "./live.ts";
export { defaultOptions, PROFILES, settings as trafficSettings, type TrafficOptions } from "./settings.ts";
