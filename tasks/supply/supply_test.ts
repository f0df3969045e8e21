import assert from "node:assert/strict";
import { packageProblems, readAdvisories } from "./audit.ts";
import { type Locked, type Package, packagesOf } from "./packages.ts";
import { sbomOf } from "./sbom.ts";

const LOCK: Locked = JSON.parse(await Deno.readTextFile(new URL("../../deno.lock", import.meta.url)));
const aPackage = (more: Partial<Package> = {}): Package => ({
  key: "x@1.0.0",
  name: "x",
  version: "1.0.0",
  integrity: `sha512-${btoa("a".repeat(64))}`,
  license: "MIT",
  needs: [],
  ...more,
});

Deno.test("sbomOf() has what CycloneDX 1.6 requires, with every package of the lock, its hash and what it needs", async () => {
  const packages = await packagesOf(LOCK);
  const sbom = sbomOf({ name: "oncall-agent", version: "1.2.3", deno: "2.7.11" }, packages);
  assert.deepEqual([sbom.bomFormat, sbom.specVersion, sbom.version], ["CycloneDX", "1.6", 1]);
  assert.match(sbom.serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assert.equal(sbom.components.length, Object.keys(LOCK.npm ?? {}).length + 1);
  const refs = sbom.components.map((one) => one["bom-ref"]);
  assert.equal(new Set(refs).size, refs.length);
  for (const { type, name, version, purl, ...more } of sbom.components) {
    assert.ok(["library", "platform"].includes(type) && name !== "" && version !== "");
    assert.match(purl, /^pkg:(npm|github)\/[^@\s]+@[^@\s]+$/);
    for (const { alg, content } of "hashes" in more ? more.hashes ?? [] : []) {
      assert.match(`${alg} ${content}`, /^SHA-512 [0-9a-f]{128}$/);
    }
  }
  const known = new Set([...refs, "oncall-agent@1.2.3"]);
  for (const { ref, dependsOn } of sbom.dependencies) {
    for (const one of [ref, ...dependsOn]) assert.ok(known.has(one), one);
    assert.equal(new Set(dependsOn).size, dependsOn.length);
  }
});

Deno.test("sbomOf() is the same for the same packages, and another for others", () => {
  const of = (version: string) => sbomOf({ name: "a", version: "1", deno: "2" }, [aPackage({ version })]);
  assert.deepEqual(of("1.0.0"), of("1.0.0"));
  assert.notEqual(of("1.0.0").serialNumber, of("1.0.1").serialNumber);
});

Deno.test("packageProblems() names packages without a hash, without a license, and with one that binds", () => {
  assert.deepEqual(packageProblems([aPackage(), aPackage({ license: "(MIT OR GPL-3.0)" })]), []);
  for (const more of [{ integrity: null }, { license: null }, { license: "GPL-3.0" }, { license: "MIT AND GPL-3.0" }]) {
    assert.equal(packageProblems([aPackage(more)]).length, 1, JSON.stringify(more));
  }
});

Deno.test("readAdvisories() tells what was found from what could not be asked", () => {
  assert.deepEqual(readAdvisories(true, "No known vulnerabilities found", ""), { kind: "none" });
  const away = readAdvisories(false, "", "error: error sending request for url (https://registry.example/x): connect");
  assert.equal(away.kind, "unreachable");
  assert.doesNotMatch(JSON.stringify(away), /registry\.example/);
  assert.equal(
    readAdvisories(false, "x: prototype pollution, severity high\nFound 1 vulnerabilities", "").kind,
    "found",
  );
});
