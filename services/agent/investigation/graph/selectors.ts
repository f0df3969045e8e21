const MATCHER = /\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/y;

interface Matcher {
  readonly label: string;
  readonly op: string;
  readonly value: string;
}

/** The matchers of a selector like `job="cart",env=~"prod|eu"`; null for one that cannot be read. */
export function matchersOf(selector: string): readonly Matcher[] | null {
  const found: Matcher[] = [];
  MATCHER.lastIndex = 0;
  while (MATCHER.lastIndex < selector.trimEnd().length) {
    const match = MATCHER.exec(selector);
    if (match === null) return null;
    found.push({ label: match[1]!, op: match[2]!, value: match[3]!.replaceAll(/\\(.)/g, "$1") });
  }
  return found;
}

/** Whether a series with `labels` is among those of the matchers; patterns are anchored, as Prometheus reads them. */
export function isSelected(labels: Readonly<Record<string, string>>, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ label, op, value }) => {
    const actual = labels[label] ?? "";
    if (op === "=") return actual === value;
    if (op === "!=") return actual !== value;
    const fits = fitsPattern(actual, value);
    return op === "=~" ? fits : !fits;
  });
}

function fitsPattern(text: string, pattern: string): boolean {
  // Most patterns are lists of names; others are the configuration's own.
  if (/^[\w.:/-]*(?:\|[\w.:/-]*)*$/.test(pattern) && !pattern.includes(".")) return pattern.split("|").includes(text);
  try {
    return new RegExp(`^(?:${pattern})$`).test(text.slice(0, 200));
  } catch {
    return false;
  }
}
