import manifest from "../../../deno.json" with { type: "json" };

/** The version of every executable that is built from this tree (semantic version, from deno.json). */
export const VERSION: string = manifest.version;
