import { fileURLToPath } from "node:url";
import { ROOT } from "../build/mod.ts";

/** A regular expression of the sources. */
export interface Pattern {
  /** `services/…/file.ts:12`. */
  readonly at: string;
  readonly source: string;
  readonly flags: string;
}

/** What stands in the sources. */
export interface Collected {
  readonly patterns: readonly Pattern[];
  /** Where one is built while the program runs, so that only a person can say what it is built of. */
  readonly built: readonly string[];
}

interface Diagnostic {
  readonly filename: string;
  readonly range: { readonly start: { readonly line: number } };
  readonly message: string;
}

/** Every regular expression in the sources below `folder`, except those of tests. */
export async function collect(folder = "services"): Promise<Collected> {
  const lint = ["lint", "--json", "--config", "tasks/patterns/lint.json", folder];
  const { diagnostics } = JSON.parse(await output(lint)) as { readonly diagnostics: readonly Diagnostic[] };
  const found = diagnostics.map(({ filename, range, message }) => {
    const file = fileURLToPath(filename).slice(ROOT.length + 1);
    return { at: `${file}:${range.start.line}`, ...JSON.parse(message) as Partial<Pattern> };
  }).filter(({ at }) => !/_test\.tsx?:|\/(testing|conformance)\//.test(at));
  const literal = found.flatMap(({ at, source, flags = "" }) => source === undefined ? [] : [{ at, source, flags }]);
  const sites = found.filter(({ source }) => source === undefined).map(({ at }) => at);
  const files = [...new Set(sites.map((at) => at.replace(/:\d+$/, "")))];
  const modules = files.map((file) => new URL(`file://${ROOT}/${file}`).href);
  const loaded: Pattern[] = modules.length === 0 ? [] : JSON.parse(
    await output(["run", "-A", "--no-check", "--lock=deno.lock", "tasks/patterns/at_load.ts", ...modules]),
  );
  const seen = new Set(loaded.map(({ at }) => at));
  return { patterns: [...literal, ...loaded], built: sites.filter((at) => !seen.has(at)) };
}

async function output(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT }).output();
  const text = new TextDecoder().decode(stdout);
  if (text.trim() === "") {
    throw new Error(`deno ${args[0]} said nothing: ${new TextDecoder().decode(stderr).slice(0, 500)}`);
  }
  return text;
}
