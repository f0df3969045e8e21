import type { Package } from "./packages.ts";

/** Licenses under which what is embedded may be handed on. */
const PERMISSIVE = new Set([
  "MIT",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "Apache-2.0",
  "CC0-1.0",
  "Unlicense",
  "Python-2.0",
  "BlueOak-1.0.0",
  "Zlib",
  "MPL-2.0",
]);

/** What is wrong with the packages themselves, one line each: no hash, no license, one that is not permissive. */
export function packageProblems(packages: readonly Package[]): string[] {
  return packages.flatMap(({ key, integrity, license }) => [
    ...(integrity?.startsWith("sha512-") === true ? [] : [`${key}: deno.lock has no sha512 of it`]),
    ...(license === null ? [`${key}: its license is not known (is it in Deno's cache? run deno task test)`] : []),
    ...(license === null || isPermissive(license) ? [] : [`${key}: ${license} is not among the permissive licenses`]),
  ]);
}

function isPermissive(license: string): boolean {
  const choices = license.replaceAll(/[()]/g, "").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((one) => PERMISSIVE.has(one.trim())));
}

/** What asking for advisories came to. */
export type Advisories =
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly text: string }
  | { readonly kind: "unreachable"; readonly reason: string };

/** Asks for advisories about what the lock names, through Deno's own client. */
export async function advisories(lock: string): Promise<Advisories> {
  const args = ["audit", `--lock=${lock}`];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } })
    .output();
  return readAdvisories(success, new TextDecoder().decode(stdout), new TextDecoder().decode(stderr));
}

/** What `deno audit` said. */
export function readAdvisories(success: boolean, said: string, errors: string): Advisories {
  if (success) return { kind: "none" };
  const failed = /^error: (?!.*vulnerabilit)(.*)$/mi.exec(errors)?.[1];
  if (failed === undefined) return { kind: "found", text: `${said}\n${errors}`.trim() };
  return {
    kind: "unreachable",
    reason: failed.replaceAll(/\(?https?:\/\/\S+/g, "").replaceAll(/\s{2,}/g, " ").slice(0, 200),
  };
}
