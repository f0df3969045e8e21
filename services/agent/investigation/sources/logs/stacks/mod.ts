/** Stack traces in the text of a log entry, whatever language wrote them. */
export { readStack } from "./read.ts";
export { mapFrames, repositoryPath } from "./map.ts";
export type { Frame, FrameRule, Stack, StackFrame, Thrown } from "./types.ts";
