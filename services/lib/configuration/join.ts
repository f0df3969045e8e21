import type { Setting, Settings } from "./program.ts";

type Joined<G extends readonly Settings[]> = G extends readonly [infer First, ...infer Rest extends readonly Settings[]]
  ? First & Joined<Rest>
  : unknown;

/**
 * The settings of several groups as one. Groups may share a setting that is declared once; two declarations of one name,
 * variable or flag are refused, because which of them counts would depend on the groups' order.
 *
 * @throws {TypeError} naming each of them; the build reads the settings, so it fails there.
 */
export function joinSettings<const G extends readonly Settings[]>(...groups: G): Joined<G> {
  const entries = groups.flatMap((group) => Object.entries(group));
  refuseDuplicates(entries);
  return Object.fromEntries(entries) as Joined<G>;
}

/** @throws {TypeError} when a name, a variable or a flag is declared more than once. */
export function refuseDuplicates(entries: readonly (readonly [name: string, setting: Setting<unknown>])[]): void {
  const declared = new Map<string, Setting<unknown>>();
  const twice = new Set<string>();
  for (const [name, setting] of entries) {
    for (const label of [`the name ${name}`, setting.env && `$${setting.env}`, setting.flag && `--${setting.flag}`]) {
      if (!label) continue;
      const first = declared.get(label) ?? setting;
      if (first !== setting) twice.add(label);
      declared.set(label, first);
    }
  }
  if (twice.size > 0) {
    throw new TypeError(`Cannot declare a setting twice: ${[...twice].join(", ")}; declare it once and share it`);
  }
}
