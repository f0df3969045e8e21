import assert from "node:assert/strict";
import { readStack } from "./mod.ts";
import { STACK_CASES } from "./testing/mod.ts";

for (const { language, form, text, headline, place } of STACK_CASES) {
  Deno.test(`readStack() reads the root cause and its place when it is ${language}: ${form}`, () => {
    const stack = readStack(text);
    assert(stack, "no trace was found");
    const { file, line } = stack.place ?? { file: null, line: null };
    assert.deepEqual([stack.headline, file === null ? null : `${file}:${line}`], [headline, place]);
  });
}
