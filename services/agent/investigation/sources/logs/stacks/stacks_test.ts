import assert from "node:assert/strict";
import { mapFrames, readStack } from "./mod.ts";
import { READERS } from "./read.ts";
import { manyStarts, STACK_CASES } from "./testing/mod.ts";
import { stackLines } from "./text.ts";

for (const { language, form, text, headline, place } of STACK_CASES) {
  Deno.test(`readStack() reads the root cause and its place when it is ${language}: ${form}`, () => {
    const stack = readStack(text);
    assert(stack, "no trace was found");
    const { file, line } = stack.place ?? { file: null, line: null };
    assert.deepEqual([stack.headline, file === null ? null : `${file}:${line}`], [headline, place]);
  });
}

Deno.test("mapFrames() leaves installed packages aside although the program's own rule matches them", () => {
  const { frames } = readStack(
    "TypeError: x\n    at a (/opt/fares/node_modules/pg/a.js:1:2)\n    at b (/opt/fares/src/b.js:3:4)",
  )!;
  const mapped = mapFrames(frames, [{ pattern: "^/opt/fares/(.+)$", path: "$1" }]);
  assert.deepEqual(mapped.map((one) => [one.file, one.in_repository]), [
    ["/opt/fares/node_modules/pg/a.js", false],
    ["src/b.js", true],
  ]);
});

Deno.test("stackLines() hands the same amount on when a long text doubles", () => {
  const amount = (text: string) => stackLines(text).reduce((sum, line) => sum + line.length, 0);
  for (const part of ["    at a (", "at a.b(", "#0 /a.php(", "::::", 'File "']) {
    const line = `${part.repeat(2_000)}\n`;
    assert(amount(line.repeat(1_000)) <= amount(line.repeat(500)) + 1_000, part);
    assert(amount(line.repeat(1_000)) <= 600 * 450, part);
  }
});

Deno.test("READERS have signs of which no run can begin at many places of one line", () => {
  for (const { language, sign } of READERS) assert.deepEqual(manyStarts(sign), [], language);
});

Deno.test("manyStarts() refuses runs that begin anywhere, or where another run may end", () => {
  for (const bad of [/\S{1,400}:\d/, /^.{1,300}[^\s:]{1,300}\.c:/, /x\w{1,90}y/, /a+b/, /^a|.*b/]) {
    assert.equal(manyStarts(bad).length, 1, String(bad));
  }
  for (const good of [/^.{1,300}$/, /^\s{0,80}at .{1,500}$/, / at \S{1,300}\.pm/, /"[^"]{1,300}"/, /\.go:\d{1,7}$/]) {
    assert.deepEqual(manyStarts(good), [], String(good));
  }
});

Deno.test("stackLines() takes a long line with written line breaks apart", () => {
  const lines = stackLines(`boom${"\\n    at f (/opt/fares/a.js:1:2)".repeat(20_000)}`);
  assert.equal(lines[1], "    at f (/opt/fares/a.js:1:2)");
  assert.equal(stackLines("\\nx".repeat(200_000)).length, 2);
});
