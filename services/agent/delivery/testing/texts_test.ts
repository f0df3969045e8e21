import assert from "node:assert/strict";
import { sampleTexts } from "./texts.ts";

Deno.test("sampleTexts() has a text for each kind, none of which says a thing twice or nothing", () => {
  const texts = sampleTexts();
  for (const { name, text } of texts) {
    assert.doesNotMatch(text, /undefined|NaN|\[object|\(nothing\)|\.\.|Cause: Cause/, name);
    assert.ok(text.length <= 1_600, name);
  }
  const pages = texts.filter(({ name }) => name.startsWith("page,") && name !== "page, a better diagnosis");
  for (const { name, text } of pages) {
    assert.match(text, /^(CRITICAL|WARNING)[^\n]*: [^\n]+\n[^\n]*, incident K7QF, since /, name);
  }
});
