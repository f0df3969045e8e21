import assert from "node:assert/strict";
import { sampleDocuments, sampleTexts } from "./texts.ts";

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

Deno.test("sampleDocuments() name the alert and what it says, and no file of configuration", () => {
  for (const { name, text } of sampleDocuments()) {
    assert.match(text, /(InventoryHighErrorRate|KubePodCrashLooping)`?: \S/, name);
    assert.doesNotMatch(text, /undefined|NaN|\[object|fail now|names no/, name);
  }
});
