import type { TestCase } from "./junit.ts";

/** The longest message of a failed test, in characters; the whole of it stands further up. */
const LONGEST = 300;

/** One line for each failed test: its file, its name and its message. A test that failed in its steps only is left out. */
export function failureLines(cases: readonly TestCase[]): string[] {
  const failed = cases.filter(({ failure }) => failure !== undefined);
  return failed
    .filter(({ file, name }) => !failed.some((other) => other.file === file && other.name.startsWith(`${name} > `)))
    .map(({ file, name, failure }) => `failed: ${file.replace(/^\.\//, "")}: ${name}: ${messageOf(failure!)}`);
}

/** The message itself on one line, without its stack. */
function messageOf(failure: string): string {
  // deno-lint-ignore no-control-regex -- the colors of a terminal
  const lines = failure.replaceAll(/\x1b\[[0-9;]*m/g, "").split("\n").map((line) => line.trim());
  const stack = lines.findIndex((line) => /^at (?:async |new )?\S/.test(line));
  // Above the stack stand the line of the source and a mark beneath the place in it.
  const mark = lines.indexOf("^");
  const end = mark > 0 ? mark - 1 : stack < 0 ? lines.length : stack;
  const message = lines.slice(0, end).filter((line) => line !== "").join(" ");
  return message.length > LONGEST ? `${message.slice(0, LONGEST)}…` : message;
}

/** One line for each of the ten files whose tests took longest. */
export function slowest(cases: readonly TestCase[]): string[] {
  const seconds = new Map<string, number>();
  for (const { file, name, seconds: took } of cases) {
    if (!name.includes(" > ")) seconds.set(file, (seconds.get(file) ?? 0) + took);
  }
  return [...seconds].sort(([, a], [, b]) => b - a).slice(0, 10)
    .map(([file, took]) => `${took.toFixed(1).padStart(6)} s  ${file.replace(/^\.\//, "")}`);
}
