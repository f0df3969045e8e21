/** Times as loggers write them. */
export { epochOf, type ReadTime, readTime, type TimeContext } from "./notations.ts";
export { timeOfField, timestampOf } from "./field.ts";
export { zoneOf } from "./zone.ts";
