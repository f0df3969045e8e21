/** What a user of the Helm chart can set. */
export interface Value<T = unknown> {
  /** Its place in `values.yaml`, as `agent.storage.size`. */
  readonly path: string;
  readonly fallback: T;
  /** Its comment in `values.yaml`. */
  readonly help: string;
  /** Its JSON Schema, where the fallback's type does not say enough. */
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** Stands in an object where the chart has a value; every other rendering puts the fallback there. */
class Placeholder {
  readonly format: string;
  readonly values: readonly Value[];

  constructor(format: string, values: readonly Value[]) {
    this.format = format;
    this.values = values;
  }

  /** The value itself, or the format with each `%s` replaced. */
  get fallback(): unknown {
    if (this.format === "") return this.values[0]!.fallback;
    let index = 0;
    return this.format.replace(/%s/g, () => String(this.values[index++]!.fallback));
  }

  /** A Helm expression that prints JSON, which is YAML too. */
  get expression(): string {
    const paths = this.values.map((value) =>
      value.path === NAMESPACE.path ? ".Release.Namespace" : `.Values.${value.path}`
    );
    if (this.format === "") return `{{ ${paths[0]} | toJson }}`;
    return `{{ printf ${JSON.stringify(this.format)} ${paths.join(" ")} | toJson }}`;
  }
}

/** The namespace: the release's in the chart, `oncall` elsewhere. */
export const NAMESPACE: Value<string> = { path: "namespace", fallback: "oncall", help: "" };

/** `value` where an object of type `T` is expected. */
export function set<T>(value: Value<T>): T {
  return new Placeholder("", [value]) as unknown as T;
}

/** A text with values: `textWith("%s:%s", image, tag)`. */
export function textWith(format: string, ...values: readonly Value<string>[]): string {
  return new Placeholder(format, values) as unknown as string;
}

/** A copy of `tree` in which each placeholder is what `replace` makes of it. */
export function replaced(tree: unknown, replace: (placeholder: Placeholder) => unknown): unknown {
  if (tree instanceof Placeholder) return replace(tree);
  if (Array.isArray(tree)) return tree.map((item) => replaced(item, replace));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree).filter(([, item]) => item !== undefined).map(([key, item]) => [key, replaced(item, replace)]),
  );
}

/** The values that `tree` uses. */
export function valuesOf(tree: unknown): readonly Value[] {
  const found: Value[] = [];
  replaced(tree, (placeholder) => found.push(...placeholder.values));
  return found;
}
