/** How connections are read without the runtime's garbage, and handed to those who wait for one. */
export { type Read, readOf, type Source } from "./read.ts";
export { Supply, type Waiter } from "./supply.ts";
