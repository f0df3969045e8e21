/** The rules of the house, checked: no circle of imports, no arrow back up, no import past a folder's `mod.ts`, no call that is one file's. */
export { countSource, type SourceCounts } from "./counts.ts";
export { type Finding, type Findings, findings } from "./findings.ts";
export { sourceFiles } from "./imports.ts";
