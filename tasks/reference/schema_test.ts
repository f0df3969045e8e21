import assert from "node:assert/strict";
import * as v from "valibot";
import { fieldsOf } from "./schema.ts";

Deno.test("fieldsOf() names nested, listed, repeated and alternative fields in the schema's own words", () => {
  const schema = v.strictObject({
    name: v.pipe(v.string("expected text"), v.maxLength(9, "expected at most 9 characters")),
    kind: v.optional(v.picklist(["a", "b"]), "a"),
    parts: v.array(v.strictObject({ size: v.optional(v.number()) })),
    labels: v.record(v.string(), v.string()),
    from: v.optional(
      v.variant("source", [
        v.strictObject({ source: v.literal("file"), path: v.string() }),
        v.strictObject({ source: v.literal("none") }),
      ]),
    ),
  });
  assert.deepEqual(
    fieldsOf(schema).map(({ name, accepts, required, fallback }) => [name, accepts, required, fallback]),
    [
      ["name", "at most 9 characters", true, ""],
      ["kind", "a, b", false, '"a"'],
      ["parts[].size", "number", false, ""],
      ["labels", "names with texts", true, ""],
      ["from (file): source", '"file"', true, ""],
      ["from (file): path", "text", true, ""],
      ["from (none): source", '"none"', true, ""],
    ],
  );
});
