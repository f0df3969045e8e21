/** Output for people: color and charts on a terminal, plain lines elsewhere. */
export { type ChartOptions, sparkline } from "./chart.ts";
export { LiveBlock } from "./live_block.ts";
export { bad, type Cell, good, Output, type OutputDeps, type Piece, quiet, strong, type Tone, warn } from "./output.ts";
export { standardOutput, writer } from "./standard.ts";
export { clean, cut, oneLine, percent, wrap } from "./text.ts";
