import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "../build/mod.ts";
import { referencePages } from "./mod.ts";

Deno.test("referencePages() gives what stands in docs/reference, and an index of every page", async () => {
  for (const [path, text] of Object.entries(await referencePages())) {
    const written = await Deno.readTextFile(join(ROOT, path)).catch(() => "");
    assert.equal(written, text, `${path} no longer says what the programs do; write it anew: deno task reference`);
  }
});
