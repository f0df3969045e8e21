/** What the executables are made of: packages, their licenses and hashes, and a bill of materials for each. */
export { type Advisories, advisories, packageProblems, readAdvisories } from "./audit.ts";
export { type Locked, type Package, packagesOf } from "./packages.ts";
export { type Product, sbomOf } from "./sbom.ts";
