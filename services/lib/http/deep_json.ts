/** How deep values may be nested: what is deeper describes nothing, and ends whoever walks it step by step. */
export const MOST_NESTED = 100;

const QUOTE = 34, BACKSLASH = 92, LEFT = 91, RIGHT = 93, OPEN = 123, CLOSE = 125;

/** Whether a JSON text is nested deeper than {@linkcode MOST_NESTED}; takes linear time for any text. */
export function isDeep(json: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < json.length; i++) {
    const c = json.charCodeAt(i);
    if (quoted) {
      if (c === BACKSLASH) i++;
      else if (c === QUOTE) quoted = false;
    } else if (c === QUOTE) quoted = true;
    else if (c === LEFT || c === OPEN) {
      if (++depth > MOST_NESTED) return true;
    } else if (c === RIGHT || c === CLOSE) depth--;
  }
  return false;
}
