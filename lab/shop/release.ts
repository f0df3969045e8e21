import { join } from "node:path";
import { parse } from "yaml";
import * as v from "valibot";
import { ROOT } from "../../tasks/build/mod.ts";
import { hasPython } from "./python.ts";

const edit = v.strictObject({ file: v.string(), find: v.string(), put: v.string() });
const schema = v.strictObject({ note: v.string(), edits: v.pipe(v.array(edit), v.minLength(1)) });

/** Another version of a service, as changes of its code. */
export type Release = v.InferOutput<typeof schema>;

/** A release by service and version, e.g. `catalog/2.4.0`. @throws when there is none, or it is wrong */
export async function loadRelease(name: string, python = hasPython()): Promise<Release> {
  const file = `${name}${!python && name.startsWith("payments/") ? ".deno" : ""}.yaml`;
  return v.parse(schema, parse(await Deno.readTextFile(join(ROOT, "lab", "shop", "releases", file))));
}

/** A file's text after a change. @throws when what is to be changed is not there once */
export function releasedText(text: string, { file, find, put }: Release["edits"][number], release: string): string {
  const [before, after, ...more] = text.split(find);
  if (after === undefined || more.length > 0) throw new Error(`${release} does not fit ${file}: ${find}`);
  return `${before}${put}${after}`;
}
