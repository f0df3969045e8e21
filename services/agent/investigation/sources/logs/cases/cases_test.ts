import assert from "node:assert/strict";
import { statusOf } from "../errors.ts";
import { isError, parseLines } from "../lines.ts";
import { CASES, type LogCase } from "./mod.ts";

const NOW = new Date("2026-11-22T15:00:40Z");

for (const [kind, cases] of Object.entries(CASES)) {
  for (const one of cases) Deno.test(`parseLines() reads ${kind}: ${one.logger} (${one.language})`, () => check(one));
}

function check(one: LogCase): void {
  const { level = "ERROR", at = "2026-11-22T15:00:00", entries: count = 1, zone } = one;
  const entries = parseLines(one.text, zone === undefined ? {} : { zone }, NOW);
  assert.equal(entries.length, count, JSON.stringify(entries.map(({ level, message }) => [level, message])));
  const entry = entries.findLast((other) => isError(other)) ?? entries.find((other) => one.says.test(other.message)) ??
    entries.at(-1)!;
  assert.equal(entry.level, level, entry.message);
  assert.equal(entry.at?.slice(0, 19) ?? null, at);
  assert.match(entry.message, one.says);
  if (one.not) assert.doesNotMatch(entry.message, one.not);
  if (one.pid !== undefined) assert.equal(entry.pid, one.pid);
  if (one.status !== undefined) assert.equal(statusOf(entry), one.status);
}
