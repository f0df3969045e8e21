/** Imports the modules named as arguments and prints the regular expressions that they build from parts meanwhile. */
const built: { readonly at: string; readonly source: string; readonly flags: string }[] = [];
const Native = RegExp;

globalThis.RegExp = new Proxy(Native, {
  construct: (_, [source, flags]) => note(source, flags),
  apply: (_, __, [source, flags]) => note(source, flags),
});

function note(source: string | RegExp, flags?: string): RegExp {
  const made = new Native(source, flags);
  const at = new Error().stack?.split("\n").map((line) => Native("/(services/[^:]+:\\d+)").exec(line)?.[1]).find(
    Boolean,
  );
  if (at !== undefined) built.push({ at, source: made.source, flags: made.flags });
  return made;
}

for (const module of Deno.args) await import(module);
console.log(JSON.stringify(built));
Deno.exit(0);
