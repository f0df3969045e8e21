import assert from "node:assert/strict";
import { failureLines, slowest } from "./report.ts";
import { readJunit } from "./junit.ts";

const XML = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="5" failures="2" errors="0" time="3.5">
    <testsuite name="./tests/a_test.ts" tests="4" disabled="0" errors="0" failures="2">
        <testcase name="a() gives &lt;b&gt; &amp; &quot;c&quot;" classname="./tests/a_test.ts" time="1.250" line="3" col="6">
        </testcase>
        <testcase name="outer" classname="./tests/a_test.ts" time="2.000" line="4" col="6">
            <failure message="1 test step failed">1 test step failed</failure>
        </testcase>
        <testcase name="outer &gt; inner" classname="./tests/a_test.ts" time="1.900" line="5" col="6">
            <failure message="Uncaught AssertionError: it&apos;s 1">AssertionError: it&apos;s 1

+ 1
- 2
  assert.equal(1, 2);
         ^
    at file:///somewhere/a_test.ts:5:10
    at async call (file:///somewhere/b.ts:1:1)</failure>
        </testcase>
        <testcase name="left out" classname="./tests/a_test.ts" time="0.000" line="9" col="6"><skipped/></testcase>
    </testsuite>
    <testsuite name="./lib/b_test.ts" tests="1" disabled="0" errors="0" failures="0">
        <testcase name="b()" classname="./lib/b_test.ts" time="0.250" line="1" col="6"/>
    </testsuite>
</testsuites>`;

Deno.test("readJunit() reads names, times, what was left out and what failed", () => {
  const cases = readJunit(XML);
  assert.deepEqual(cases.map(({ name }) => name), ['a() gives <b> & "c"', "outer", "outer > inner", "left out", "b()"]);
  assert.deepEqual(cases.map(({ seconds }) => seconds), [1.25, 2, 1.9, 0, 0.25]);
  assert.deepEqual(cases.map(({ ignored }) => ignored), [false, false, false, true, false]);
  assert.deepEqual(cases.map(({ failure }) => failure?.split("\n")[0]), [
    undefined,
    "1 test step failed",
    "AssertionError: it's 1",
    undefined,
    undefined,
  ]);
});

Deno.test("readJunit() gives nothing for what is no report", () => {
  for (const xml of ["", "<testsuites/>", "<testcase"]) assert.deepEqual(readJunit(xml), []);
});

Deno.test("failureLines() names the step that failed, with its message on one line and without its stack", () => {
  assert.deepEqual(failureLines(readJunit(XML)), [
    "failed: tests/a_test.ts: outer > inner: AssertionError: it's 1 + 1 - 2",
  ]);
});

Deno.test("failureLines() cuts a long message, and leaves out a terminal's colors", () => {
  const one = { file: "./a_test.ts", name: "a()", seconds: 0, ignored: false };
  const [line] = failureLines([{ ...one, failure: `\x1b[31mError\x1b[0m: ${"x".repeat(1_000)}` }]);
  assert.match(line!, /^failed: a_test\.ts: a\(\): Error: x+…$/);
  assert.ok(line!.length < 400);
});

Deno.test("slowest() adds up each file, the longest first, without counting steps twice", () => {
  assert.deepEqual(slowest(readJunit(XML)), ["   3.3 s  tests/a_test.ts", "   0.3 s  lib/b_test.ts"]);
});
