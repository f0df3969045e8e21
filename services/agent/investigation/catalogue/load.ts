import * as v from "valibot";
import { type Document, isMap, LineCounter, parseDocument } from "yaml";
import { ConfigurationError } from "../../../lib/configuration/mod.ts";
import { isDeep, MOST_NESTED } from "../../../lib/http/mod.ts";
import { explained } from "./explain.ts";
import { normalised } from "./normalise.ts";
import { danglingOf } from "./references.ts";
import { type Catalogue, catalogueSchema, type Service } from "./schema.ts";
import { shippedCatalogue } from "./shipped.ts";

/**
 * The services of a catalogue's YAML text.
 *
 * @throws {ConfigurationError} naming line, field and what was expected, for every mistake.
 */
export function parseCatalogue(text: string, path = "config/oncall.yaml"): Catalogue {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    throw new ConfigurationError(document.errors.map((e) => {
      const line = lines.linePos(e.pos[0]).line;
      return `${path} line ${line}: ${e.message.split("\n")[0]!.replace(/ at line \d+, column \d+:?$/, "")}`;
    }));
  }
  const { value, origin } = valueOf(document, path);
  const parsed = v.safeParse(catalogueSchema, value);
  const problems = parsed.success ? danglingOf(parsed.output) : explained(parsed.issues, value);
  if (parsed.success && problems.length === 0) return parsed.output;
  throw new ConfigurationError([
    ...new Set(problems.map(({ path: keys, message }) => {
      const own = origin(keys).find((candidate) => document.hasIn(candidate)) ?? origin(keys)[0]!;
      return `${path} line ${lineOf(document, lines, own)}: ${own.join(".") || "the file"}: ${message}`;
    })),
  ]);
}

/** What a document says. @throws {ConfigurationError} for aliases of nothing or of themselves, and for what is nested too deep. */
function valueOf(document: Document.Parsed, path: string): ReturnType<typeof normalised> {
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (isDeep(JSON.stringify(value) ?? "null")) throw new RangeError(`nested deeper than ${MOST_NESTED} levels`);
    return normalised(value);
  } catch (cause) {
    // V8's words for a text that is too deep, and for one that holds itself.
    const said = cause instanceof Error ? cause.message.split("\n", 1)[0]! : String(cause);
    const reason = /call stack|circular/i.test(said) ? "it is nested too deep, or holds itself" : said;
    throw new ConfigurationError(`${path}: ${reason}`, { cause });
  }
}

/**
 * The catalogue that `path` holds; where the default path holds none, the one that describes the shipped services.
 *
 * @throws {ConfigurationError} when it cannot be read or has mistakes.
 */
export function loadCatalogue(path: string, options: { readonly optional?: boolean } = {}): Catalogue {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound && options.optional) return shippedCatalogue();
    const reason = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new ConfigurationError(`Cannot read ${path}: ${reason}`, { cause });
  }
  return parseCatalogue(text, path);
}

/**
 * The catalogue that the settings name, else the default one.
 *
 * @throws {ConfigurationError} when it cannot be read or has mistakes.
 */
export function catalogueOf({ catalogue }: { readonly catalogue: string | undefined }): Catalogue {
  return loadCatalogue(catalogue ?? "config/oncall.yaml", { optional: catalogue === undefined });
}

/** The service that an alert with `labels` belongs to. */
export function serviceOf(catalogue: Catalogue, labels: Readonly<Record<string, string>>): Service | undefined {
  return catalogue.services.find((service) => service.match.some((wanted) => matches(wanted, labels)));
}

/** Whether each wanted label is there; a value that ends with `*` matches by prefix. */
export function matches(wanted: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(wanted).every(([name, value]) => {
    const actual = labels[name];
    return actual !== undefined && (value.endsWith("*") ? actual.startsWith(value.slice(0, -1)) : actual === value);
  });
}

/** Line of the deepest part of `keys` that the file has. */
function lineOf(document: ReturnType<typeof parseDocument>, lines: LineCounter, keys: (string | number)[]): number {
  for (let depth = keys.length; depth > 0; depth--) {
    const parent = document.getIn(keys.slice(0, depth - 1), true);
    const last = keys[depth - 1]!;
    const key = isMap(parent) ? parent.items.find((pair) => String(pair.key) === String(last))?.key : undefined;
    const node = key ?? document.getIn(keys.slice(0, depth), true);
    const range = (node as { range?: [number, number, number] } | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}
