// deno-lint-ignore-file no-control-regex
const LONGEST_DEEP = 2_000;

const NOT_PLAIN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]/;
// Colors and other orders to a terminal: `ESC ] … BEL` and `ESC [ … letter`.
const TERMINAL = /\u001b\][^\u0007\u001b]{0,500}(?:\u0007|\u001b\\)|[\u001b\u009b]\[?[0-9;:?]{0,32}[ -/]{0,4}[@-~]/g;
const CONTROLS =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
const HALF_CHARACTERS = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text without what only a terminal or a writing direction needs: it must not change how a page reads. */
export function plainText(text: string): string {
  if (!NOT_PLAIN.test(text)) return text;
  return text.replaceAll(TERMINAL, "").replaceAll(/\r\n?|[\u2028\u2029]/g, "\n").replaceAll(CONTROLS, "")
    .replaceAll(HALF_CHARACTERS, "");
}

/** A JSON value as text: null is empty, a number or a truth value its word, anything deeper its JSON. */
export function asText(value: unknown): string {
  if (typeof value === "string") return plainText(value);
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) {
    return plainText(value.map(String).join(", ")).slice(0, LONGEST_DEEP);
  }
  return plainText(JSON.stringify(value)).slice(0, LONGEST_DEEP);
}

/** A JSON object's values as text; null and empty values are left out. Anything else is an empty record. */
export function textPairs(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  const pairs: Record<string, string> = {};
  for (const [name, inner] of Object.entries(value)) {
    const text = asText(inner);
    if (text !== "" && name !== "__proto__") pairs[plainText(name)] = text;
  }
  return pairs;
}

/** A JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
