import assert from "node:assert/strict";
import { join } from "node:path";
import { type LockFile, nameOf, narrowLock } from "./lock_file.ts";
import { ROOT } from "./paths.ts";

const lock = {
  version: "5",
  specifiers: { "npm:a@^1": "1.2.0", "npm:@s/b@2": "2.0.0", "npm:unused@1": "1.0.0" },
  npm: {
    "a@1.2.0": { integrity: "sha512-a", dependencies: ["shared@1.0.0", "leaf"] },
    "@s/b@2.0.0": { dependencies: ["shared@2.0.0"], optionalDependencies: ["@s/leaf"] },
    "shared@1.0.0": {},
    "shared@2.0.0": { dependencies: ["a"] },
    "leaf@3.0.0": {},
    "@s/leaf@1.0.0": {},
    "unused@1.0.0": {},
  },
};

Deno.test("narrowLock() keeps what the imports lead to and nothing else", () => {
  const narrow = narrowLock(lock, ["npm:a@^1"]);
  assert.deepEqual(Object.keys(narrow.npm ?? {}).sort(), ["a@1.2.0", "leaf@3.0.0", "shared@1.0.0"]);
  assert.deepEqual(narrow.specifiers, { "npm:a@^1": "1.2.0" });
  assert.equal(narrow.npm?.["a@1.2.0"], lock.npm["a@1.2.0"]);
});

Deno.test("narrowLock() follows scoped, optional and circular dependencies", () => {
  const names = Object.keys(narrowLock(lock, ["npm:@s/b@2"]).npm ?? {});
  assert.deepEqual(names.sort(), [
    "@s/b@2.0.0",
    "@s/leaf@1.0.0",
    "a@1.2.0",
    "leaf@3.0.0",
    "shared@1.0.0",
    "shared@2.0.0",
  ]);
});

Deno.test("narrowLock() leaves out an import that the lock does not know yet", () => {
  assert.deepEqual(narrowLock(lock, ["npm:new@1"]), { version: "5", specifiers: {}, npm: {} });
});

Deno.test("nameOf() is the package's name when there is a scope, a version or a path", () => {
  for (const specifier of ["npm:@s/b", "npm:@s/b@2", "npm:@s/b@2/sub", "npm:/@s/b@2.0.0/sub/x.js"]) {
    assert.equal(nameOf(specifier), "@s/b");
  }
  assert.equal(nameOf("npm:hono@^4/jsx"), "hono");
});

Deno.test("deno.lock has every package that imports.json names, so that a first run fetches all that is ever needed", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(join(ROOT, "imports.json")));
  const lock: LockFile = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.lock")));
  const locked = new Set(Object.keys(lock.specifiers ?? {}).map(nameOf));
  assert.deepEqual(Object.values<string>(imports).map(nameOf).filter((name) => !locked.has(name)), []);
});
