export { type Read, readOf, type Source } from "./read.ts";
