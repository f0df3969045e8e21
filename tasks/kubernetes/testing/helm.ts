import { parse } from "yaml";

/** What a template sees. */
export interface Release {
  readonly namespace: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The text of a chart's template, rendered. It knows the expressions that the chart uses, and refuses every other:
 * `if` over one or several values up to the file's end, a value or a `printf` as JSON, and a literal `{{`.
 */
export function renderTemplate(template: string, release: Release): string {
  const test = /^\{\{- if (?:and )?(.+?) \}\}\n([^]*)\{\{- end \}\}\n$/m.exec(template);
  if (test !== null) {
    if (!test[1]!.split(" ").every((path) => lookup(path, release) === true)) return "";
    template = test[2]!;
  }
  return template.replace(/\{\{(.*?)\}\}/g, (_, expression: string) => expressionText(expression.trim(), release));
}

/** The objects in rendered YAML documents. */
export function objectsIn(text: string): Record<string, unknown>[] {
  return text.split(/^---$/m).map((document) => parse(document)).filter((object) => object !== null);
}

function expressionText(expression: string, release: Release): string {
  // Its other half is the text that follows: `{{ "{{" }} $labels.job }}`.
  if (expression === '"{{"' || expression === '"') return "{{";
  const value = /^(\.\S+) \| toJson$/.exec(expression);
  if (value !== null) return JSON.stringify(lookup(value[1]!, release));
  const printed = /^printf ("(?:[^"\\]|\\.)*")((?: \.\S+)+) \| toJson$/.exec(expression);
  if (printed === null) throw new Error(`an expression that no test knows: {{ ${expression} }}`);
  const parts = printed[2]!.trim().split(" ").map((path) => String(lookup(path, release)));
  return JSON.stringify((JSON.parse(printed[1]!) as string).replace(/%s/g, () => parts.shift()!));
}

function lookup(path: string, { namespace, values }: Release): unknown {
  if (path === ".Release.Namespace") return namespace;
  if (!path.startsWith(".Values.")) throw new Error(`a path that no test knows: ${path}`);
  let at: unknown = values;
  for (const name of path.slice(".Values.".length).split(".")) at = (at as Record<string, unknown> | undefined)?.[name];
  if (at === undefined) throw new Error(`values.yaml lacks ${path}`);
  return at;
}
