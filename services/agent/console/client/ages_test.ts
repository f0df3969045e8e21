import assert from "node:assert/strict";
import { spanText } from "../../../lib/timespan/mod.ts";
import { span } from "./ages.js";

Deno.test("span() says on the open page what the server wrote", () => {
  for (const ms of [-5, 0, 59_400, 60_000, 130_000, 3_600_000, 3_661_000, 93_600_000]) {
    assert.equal(span(ms), spanText(ms));
  }
});
