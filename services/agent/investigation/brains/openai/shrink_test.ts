import assert from "node:assert/strict";
import { shrink } from "./shrink.ts";

Deno.test("shrink() keeps counts and the newest entries, and says what it left out", () => {
  const entries = Array.from({ length: 200 }, (_, i) => ({ at: i, message: `entry ${i} ${"x".repeat(80)}` }));
  const text = shrink({ count: 200, entries, shapes: [{ count: 150 }, { count: 50 }] }, 3_000);
  assert(text.length <= 3_000);
  assert(text.includes('"count":200') && text.includes("entry 199") && !text.includes("entry 0 "));
  assert.match(text, /\(left out: \d+ of entries\)/);
});

Deno.test("shrink() changes nothing that fits", () => {
  assert.equal(shrink({ a: [1, 2, 3] }, 100), '{"a":[1,2,3]}');
});

Deno.test("shrink() keeps both ends of a single text that is too long", () => {
  const text = shrink({ text: `begin ${"x".repeat(5_000)} end` }, 500);
  assert(text.length <= 520 && text.includes("begin") && text.includes(" end"));
});
