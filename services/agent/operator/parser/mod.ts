/** Understanding an operator's words without a model. */
export { type Doing, type Intent, intentSchema, type Parsed } from "./intent.ts";
export { isQuestion, isReading, isSmallTalk, isThanks, parseMessage } from "./parse.ts";
