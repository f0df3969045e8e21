type Fields = Record<string, unknown>;

/** Fields that only servers and tools need. */
const HIDDEN = new Set(["managedFields", "uid", "resourceVersion", "selfLink", "generateName"]);
const HIDDEN_ANNOTATIONS = /last-applied-configuration|managed-by|checksum/;
/** Variables whose value is a credential, whatever it looks like. */
const SECRET_NAME = /pass|secret|token|key|credential|auth|private|dsn|conn(ection)?_?str/i;
const LONGEST_TEXT = 1_000;

/** An object as people may see it: what a ConfigMap holds and what variables with a credential's name have is left out. */
export function shownObject(object: Readonly<Record<string, unknown>>): Fields {
  const shown = pruned(object) as Fields;
  if (object.kind === "ConfigMap") {
    for (const field of ["data", "binaryData"]) {
      if (shown[field] !== undefined) {
        shown[field] = Object.keys(shown[field] as Fields).map((key) => `${key} (not shown)`);
      }
    }
  }
  return shown;
}

function pruned(value: unknown): unknown {
  if (typeof value === "string") return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (Array.isArray(value)) return value.slice(0, 200).map(pruned);
  if (value === null || typeof value !== "object") return value;
  const fields = value as Fields;
  if (typeof fields.name === "string" && typeof fields.value === "string" && SECRET_NAME.test(fields.name)) {
    return { name: fields.name, hidden: true };
  }
  return Object.fromEntries(
    Object.entries(fields).filter(([key]) => !HIDDEN.has(key) && !HIDDEN_ANNOTATIONS.test(key)).map(([key, one]) => [
      key,
      pruned(one),
    ]),
  );
}
