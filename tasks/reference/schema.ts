import type * as v from "valibot";

/** A schema as far as it is read here: valibot's own shape, untyped. */
interface Node {
  readonly kind: string;
  readonly type: string;
  readonly pipe?: readonly Node[];
  readonly entries?: Readonly<Record<string, Node>>;
  readonly wrapped?: Node;
  readonly item?: Node;
  readonly value?: Node;
  readonly default?: unknown;
  readonly options?: readonly unknown[];
  readonly key?: string;
  readonly literal?: unknown;
  readonly message?: unknown;
}

/** A field of a schema. */
export interface Field {
  /** Dotted; `[]` stands for each element of a list, `*` for each name. */
  readonly name: string;
  /** What may stand there. */
  readonly accepts: string;
  readonly required: boolean;
  /** As JSON; empty when there is none. */
  readonly fallback: string;
}

/** Every field of an object schema, in its order. */
export function fieldsOf(schema: v.GenericSchema): Field[] {
  return walk(schema as unknown as Node, "");
}

/** What a schema's value may be, in the schema's own words. */
export function accepts(schema: v.GenericSchema): string {
  return wordsOf(schema as unknown as Node);
}

function walk(node: Node, name: string): Field[] {
  const { type, entries, item, value, options, key } = unwrapped(node);
  if (entries !== undefined) {
    return Object.entries(entries).flatMap(([own, child]) => {
      // A field that is there only to be refused.
      if (child.wrapped?.type === "never") return [];
      const full = name === "" ? own : `${name}.${own}`;
      const isOptional = child.wrapped !== undefined;
      const inner = walk(child, full);
      const fallback = isOptional && child.default !== undefined ? JSON.stringify(child.default) : "";
      // What holds other fields says its own default only; an empty one is none.
      if (inner.length > 0 && (fallback === "" || fallback === "{}")) return inner;
      return [{ name: full, accepts: wordsOf(child), required: !isOptional, fallback }, ...inner];
    });
  }
  if (type === "array" && item !== undefined) return walk(item, `${name}[]`);
  if (type === "variant") {
    return (options as readonly Node[]).flatMap((option) => {
      const { literal, options } = option.entries?.[key!] as Node;
      const which = literal ?? (options as readonly string[]).join(", ");
      return walk(option, `${name} (${which})`).map((field) => ({ ...field, name: field.name.replace(/\)\./, "): ") }));
    });
  }
  if (type === "record" && value !== undefined) return walk(value, `${name}.*`);
  return [];
}

function unwrapped(node: Node): Node {
  const inner = node.wrapped ?? node;
  return inner.pipe?.[0] === undefined ? inner : { ...inner, ...inner.pipe[0] };
}

/** What is said beside something more exact. */
const GENERAL = /^(a |some )?(text|number|whole number|time)$/;

function wordsOf(node: Node): string {
  const inner = node.wrapped ?? node;
  const parts = [inner, ...inner.pipe ?? []];
  // Several checks with the same words are one.
  const said = [...new Set(parts.map(({ message }) => typeof message === "string" ? message : ""))]
    .filter((message) => message.startsWith("expected ")).map((message) => message.slice("expected ".length));
  const { type, options, literal, item } = unwrapped(node);
  if (type === "picklist") return (options as readonly string[]).join(", ");
  if (type === "literal") return JSON.stringify(literal);
  const list = (word: string) => said.length > 0 ? `${word}; ${said.at(-1)}` : word;
  if (type === "array") {
    return list(item === undefined || walk(item, "").length > 0 ? "list" : `list of: ${wordsOf(item)}`);
  }
  if (type === "record") return "names with texts";
  if (said.length > 0) return said.filter((words, i) => i === said.length - 1 || !GENERAL.test(words)).join(", ");
  return type === "string" ? "text" : type === "strict_object" || type === "object" ? "object" : type;
}
