import assert from "node:assert/strict";
import { RESOURCES } from "./api/mod.ts";
import { readRights } from "./rights.ts";

Deno.test("readRights() allows to read and nothing else, and names no Secret", () => {
  const rights = readRights();
  for (const { verbs, resources, apiGroups } of rights) {
    assert.deepEqual(verbs, ["get", "list"]);
    assert.ok(
      ![...resources, ...apiGroups].some((one) => one === "*" || /secret|exec|attach|portforward|proxy/.test(one)),
    );
  }
  assert.equal(rights.flatMap((one) => one.resources).length, Object.keys(RESOURCES).length + 1);
});
