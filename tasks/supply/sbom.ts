import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { Package } from "./packages.ts";

/** What an executable is. */
export interface Product {
  readonly name: string;
  readonly version: string;
  readonly deno: string;
}

/** An executable's software bill of materials: CycloneDX 1.6. The same packages give the same document. */
export function sbomOf({ name, version, deno }: Product, packages: readonly Package[]) {
  const product = { type: "application", "bom-ref": `${name}@${version}`, name, version };
  const runtime = {
    type: "platform",
    "bom-ref": `deno@${deno}`,
    name: "deno",
    version: deno,
    purl: `pkg:github/denoland/deno@v${deno}`,
    licenses: [{ license: { id: "MIT" } }],
  };
  const components = [runtime, ...packages.map(componentOf)];
  const needed = new Set(packages.flatMap(({ needs }) => needs));
  const direct = packages.filter(({ key }) => !needed.has(key)).map(({ key }) => key);
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([product, components]))}`,
    version: 1,
    metadata: { component: product },
    components,
    dependencies: [
      { ref: product["bom-ref"], dependsOn: [runtime["bom-ref"], ...direct] },
      { ref: runtime["bom-ref"], dependsOn: [] },
      ...packages.map(({ key, needs }) => ({ ref: key, dependsOn: [...new Set(needs)].sort() })),
    ],
  };
}

function componentOf({ key, name, version, integrity, license }: Package) {
  const [group, bare] = name.startsWith("@") ? name.split("/") as [string, string] : [undefined, name];
  const sha512 = integrity?.startsWith("sha512-")
    ? Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex")
    : undefined;
  return {
    type: "library",
    "bom-ref": key,
    ...(group === undefined ? {} : { group }),
    name: bare,
    version,
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    ...(sha512 === undefined ? {} : { hashes: [{ alg: "SHA-512", content: sha512 }] }),
    ...(license === null
      ? {}
      : { licenses: [/ OR | AND |\(/.test(license) ? { expression: license } : { license: { id: license } }] }),
  };
}

/** A UUID that names a content: version 8 (RFC 9562, section 5.8). */
function uuidOf(content: string): string {
  const bytes = createHash("sha256").update(content).digest().subarray(0, 16);
  bytes[6] = 0x80 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
