/** How failures are put into words, one family a file. */
export { access, breakers, unavailable } from "./access.ts";
export { answerIn } from "./answers.ts";
export { certificates } from "./certificates.ts";
export { formats } from "./formats.ts";
export { names } from "./names.ts";
export { pools } from "./pools.ts";
export { resources } from "./resources.ts";
export { timeouts, transport } from "./transport.ts";
