/** How long things last, in the same words in messages, on pages and in a terminal. */
export { lastedMs, openSince, spanText } from "./timespan.ts";
