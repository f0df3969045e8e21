/** What takes secrets out of text. */
export { redact, redactDeep, REDACTED } from "./redact.ts";
