/** Runs the tests, several files at a time, and says at the end what failed. */
export { failureLines, slowest } from "./report.ts";
export { runTests, type TestRun } from "./run.ts";
