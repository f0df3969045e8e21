/** Finds the regular expressions of the sources that some text can make slow. */
export { problemOf, slowPatterns } from "./check.ts";
export { collect, type Collected, type Pattern } from "./collect.ts";
export { type Exception, exceptions } from "./exceptions.ts";
