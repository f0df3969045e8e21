import assert from "node:assert/strict";
import { isDeep, MOST_NESTED } from "./deep_json.ts";

const nested = (times: number, [open, close]: [string, string] = ["[", "]"]) =>
  open.repeat(times) + close.repeat(times);

Deno.test("isDeep() counts what is open at once, outside of strings", () => {
  assert.equal(isDeep(nested(MOST_NESTED)), false);
  assert.equal(isDeep(nested(MOST_NESTED + 1)), true);
  assert.equal(isDeep(nested(MOST_NESTED + 1, ['{"a":', "}"])), true);
  assert.equal(isDeep(`[${"[],".repeat(1_000)}[]]`), false);
  assert.equal(isDeep(JSON.stringify({ text: nested(1_000) })), false);
  assert.equal(isDeep(JSON.stringify([`"\\"${nested(1_000)}`])), false);
  assert.equal(isDeep("[".repeat(1_000)), true);
  assert.equal(isDeep(""), false);
});
