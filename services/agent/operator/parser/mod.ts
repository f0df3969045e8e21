/** Understanding an operator's words without a model. */
export type { Intent, Parsed } from "./intent.ts";
export { isReading, isSmallTalk, parseMessage } from "./parse.ts";
