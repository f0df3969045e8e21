import { foldersOf, type Import, inTesting, isTestCode } from "./imports.ts";

const TABLES_OF_TESTS = "tasks/reference/understood.ts";

/**
 * The imports past a folder's `mod.ts`. A folder with a `mod.ts` is imported by files outside of it through that file only,
 * the outermost such folder first; one without belongs to the folder above it. Test code, bench and lab may also import the
 * `mod.ts` of a folder inside another, and any file of a `testing/` folder and any table of cases (`cases.ts`).
 */
export function pastModules(imports: readonly Import[], files: readonly string[]): Import[] {
  const modules = new Set(
    files.filter((file) => file.endsWith("/mod.ts")).map((file) => file.slice(0, -"/mod.ts".length)),
  );
  return imports.filter(({ from, to }) => {
    const inside = new Set(foldersOf(from));
    const entered = foldersOf(to).filter((folder) => !inside.has(folder) && modules.has(folder));
    if (entered.length === 0) return false;
    if (mayLookInside(from)) return !inTesting(to) && to !== `${entered.at(-1)}/mod.ts`;
    return to !== `${entered[0]}/mod.ts`;
  });
}

/** Whether a file tests or measures, and so may use what a folder shows to its neighbors only. */
export function mayLookInside(file: string): boolean {
  // A page of the reference is made from the tables of the tests.
  return isTestCode(file) || file.startsWith("bench/") || file.startsWith("lab/") || file === TABLES_OF_TESTS;
}
