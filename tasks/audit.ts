/**
 * `deno task audit`: known vulnerabilities of the packages in deno.lock, where the registry's advisories can be reached;
 * else it says so. In either case that each has a hash and a permissive license.
 */
import { join } from "node:path";
import { ROOT } from "./build/mod.ts";
import { advisories, packageProblems, packagesOf } from "./supply/mod.ts";

const lock = join(ROOT, "deno.lock");
const packages = await packagesOf(JSON.parse(await Deno.readTextFile(lock)));
const problems = packageProblems(packages);
for (const problem of problems) console.log(problem);
const counts = Object.entries(Object.groupBy(packages, ({ license }) => license ?? "unknown"))
  .map(([license, all]) => `${license} ${all!.length}`).sort();
console.log(`licenses and hashes: ${packages.length} packages, ${problems.length} problems (${counts.join(", ")})`);
const found = await advisories(lock);
if (found.kind === "found") console.log(found.text);
console.log(
  found.kind === "none"
    ? "advisories: none known for these packages"
    : found.kind === "found"
    ? "advisories: see above"
    : `advisories: NOT CHECKED, they cannot be reached from here (${found.reason})`,
);
Deno.exit(problems.length === 0 && found.kind !== "found" ? 0 : 1);
