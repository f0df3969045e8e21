/** Arrays whose newest part stands at their end. */
const NEWEST_LAST = new Set(["entries", "history", "points", "events"]);
const LEAST = 3;

/**
 * JSON of `value` within `limit` characters. The longest arrays lose their oldest (or least) half until it fits, and
 * the text says what was cut; counts and totals beside them stay.
 */
export function shrink(value: unknown, limit: number): string {
  let text = JSON.stringify(value) ?? "null";
  if (text.length <= limit) return text;
  const copy = structuredClone(value);
  const cut = new Map<string, number>();
  const note = () => [...cut].map(([path, count]) => `${count} of ${path}`).join(", ");
  const withNote = () => {
    const said = cut.size === 0 ? "" : ` (left out: ${note()})`;
    return JSON.stringify(copy) + said;
  };
  while ((text = withNote()).length > limit) {
    const longest = largestArray(copy);
    if (longest === undefined) break;
    const { array, path, key } = longest;
    const keep = Math.max(LEAST, Math.ceil(array.length / 2));
    const gone = array.length - keep;
    array.splice(NEWEST_LAST.has(key) ? 0 : keep, gone);
    cut.set(path, (cut.get(path) ?? 0) + gone);
  }
  if (text.length <= limit) return text;
  // Single texts that are too long: their beginning and their end.
  const half = Math.floor((limit - 40) / 2);
  return `${text.slice(0, half)} … (${text.length - 2 * half} characters left out) … ${text.slice(-half)}`;
}

interface Found {
  readonly array: unknown[];
  readonly path: string;
  readonly key: string;
  readonly size: number;
}

/** The array whose halving frees most. */
function largestArray(node: unknown, path = "", key = ""): Found | undefined {
  if (node === null || typeof node !== "object") return undefined;
  let best: Found | undefined;
  if (Array.isArray(node) && node.length > LEAST) {
    best = { array: node, path: path || "list", key, size: JSON.stringify(node).length };
  }
  for (const [name, child] of Object.entries(node)) {
    const inner = largestArray(
      child,
      Array.isArray(node) ? path : path === "" ? name : `${path}.${name}`,
      Array.isArray(node) ? key : name,
    );
    // The inner of two that are nearly as large: `series[0].points` rather than `series`.
    if (inner && (best === undefined || inner.size > best.size * 0.6)) best = inner;
  }
  return best;
}
