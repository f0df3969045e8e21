/** Fields of a structured entry, names in lower case without `_` and `-`, dotted names as nested ones. */
export interface Nested {
  [name: string]: unknown;
}

const DEEPEST = 8;
const MOST_FIELDS = 600;

/** Folds the spellings of names together: `error.stack_trace`, `errorStackTrace`'s parts and `{ error: { stackTrace } }`. */
export function nested(fields: Readonly<Record<string, unknown>>): Nested {
  const budget = { left: MOST_FIELDS };
  return fold(fields, budget, 0);
}

function fold(fields: Readonly<Record<string, unknown>>, budget: { left: number }, depth: number): Nested {
  const out: Nested = Object.create(null);
  for (const [key, value] of Object.entries(fields)) {
    if (--budget.left < 0) break;
    const path = key.length > 120 ? [key.slice(0, 120)] : key.split(".", 6);
    put(out, path.map(nameOf), valueOf(value, budget, depth));
  }
  return out;
}

function nameOf(name: string): string {
  return name.toLowerCase().replaceAll(/(?<=.)[_-]|^_+/g, "");
}

function valueOf(value: unknown, budget: { left: number }, depth: number): unknown {
  if (typeof value !== "object" || value === null || depth >= DEEPEST) return value;
  if (!Array.isArray(value)) return unwrapped(fold(value as Record<string, unknown>, budget, depth + 1));
  // OpenTelemetry: [{ key, value: { stringValue } }].
  const pairs = value.length > 0 && value.every((one) => typeof one?.key === "string" && typeof one.value === "object");
  if (!pairs) return value;
  return fold(Object.fromEntries(value.map((one) => [one.key, one.value])), budget, depth + 1);
}

/** `{ stringValue: x }` and `{ $date: x }` are x. */
function unwrapped(fields: Nested): unknown {
  const keys = Object.keys(fields);
  return keys.length === 1 && /^(?:stringvalue|intvalue|doublevalue|boolvalue|\$date|\$numberlong)$/.test(keys[0]!)
    ? fields[keys[0]!]
    : fields;
}

function put(into: Nested, path: readonly string[], value: unknown): void {
  let node = into;
  for (const name of path.slice(0, -1)) {
    const inner = node[name];
    if (isFields(inner)) node = inner;
    else {
      // A name that is a value and a group at once (`error`, `error.type`): the value is what it says.
      const group: Nested = Object.create(null);
      if (inner !== undefined) group.message = inner;
      node[name] = group;
      node = group;
    }
  }
  const last = path.at(-1)!;
  const there = node[last];
  if (isFields(there) && isFields(value)) Object.assign(there, value);
  else if (isFields(there)) there.message ??= value;
  else node[last] = value;
}

/** Whether a value is a group of fields. */
export function isFields(value: unknown): value is Nested {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Groups that loggers and collectors put the entry's own fields into. */
const GROUPS = [
  "fields",
  "jsonpayload",
  "record",
  "properties",
  "attributes",
  "context",
  "extra",
  "metadata",
  "meta",
  "payload",
  "data",
  "body",
  "log",
  "attr",
  "state",
  "event",
  "labels",
];

/** The entry's own fields and its groups; many names are looked up in the same ones. */
let nodes: { readonly fields: Nested; readonly list: readonly Nested[] } | undefined;

function nodesOf(fields: Nested): readonly Nested[] {
  if (nodes?.fields !== fields) {
    nodes = {
      fields,
      list: [fields, ...GROUPS.map((group) => fields[group]).filter(isFields)],
    };
  }
  return nodes.list;
}

/** The first of the named values that is there, in the entry itself or in one of the usual groups; names may be dotted. */
export function pick(fields: Nested, names: readonly string[], fits: (value: unknown) => boolean = isSet): unknown {
  for (const node of nodesOf(fields)) {
    for (const name of names) {
      const value = dig(node, name);
      if (value !== undefined && fits(value)) return value;
    }
  }
  return undefined;
}

function isSet(value: unknown): boolean {
  return value !== null && value !== "";
}

function dig(fields: Nested, name: string): unknown {
  if (!name.includes(".")) return fields[name];
  return name.split(".").reduce<unknown>((node, part) => isFields(node) ? node[part] : undefined, fields);
}
