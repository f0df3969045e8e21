import assert from "node:assert/strict";
import { partsOf } from "./channel.ts";

Deno.test("partsOf() cuts a text into parts that Telegram takes, at lines and never within a character", () => {
  for (
    const text of [
      "short",
      "x".repeat(4_096),
      "a line of text\n".repeat(1_000),
      "😀".repeat(5_000),
      `x${"😀".repeat(5_000)}`,
    ]
  ) {
    const parts = partsOf(text);
    assert.ok(parts.every((part) => part.length >= 1 && part.length <= 4_096), text.slice(0, 10));
    assert.ok(parts.every((part) => !/[\ud800-\udbff]$/.test(part)));
    assert.equal(parts.join("").replaceAll("\n", ""), text.replaceAll("\n", ""));
  }
  assert.deepEqual(partsOf(" \n"), ["(no text)"]);
});
