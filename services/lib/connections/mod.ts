/** Reads connections without garbage, and gives them to waiting requests. */
export { type Read, readOf, type Source } from "./read.ts";
export { Supply, type Waiter } from "./supply.ts";
