/** First segments of the paths that are not for the public: the servers' own, and the balancer's. */
const OPERATOR = new Set(["faults", "logs", "metrics", "healthz"]);

const SLASH = 47, PERCENT = 37, DOT = 46, BACKSLASH = 92, SEMICOLON = 59;

/**
 * Whether a path can mean one of the routes that are for operators only, however it is spelled: a server may decode it,
 * remove dots and take slashes together before it looks for the route.
 */
export function isOperatorPath(buf: Uint8Array, start: number, end: number): boolean {
  const first = buf[start + 1]! | 32;
  // f, h, l and m: nearly every other path is plain, and told by its bytes.
  let odd = first === 102 || first === 104 || first === 108 || first === 109;
  for (let i = start + 1; i < end && !odd; i++) {
    const c = buf[i]!;
    odd = c === PERCENT || c === BACKSLASH || c === SEMICOLON || (buf[i - 1] === SLASH && (c === DOT || c === SLASH));
  }
  if (!odd) return false;
  let path = "";
  for (let i = start; i < end; i++) path += String.fromCharCode(buf[i]!);
  return isOperator(path);
}

function isOperator(path: string): boolean {
  for (let text = path, turn = 0; turn < 4; turn++) {
    if (OPERATOR.has(firstSegment(text))) return true;
    const decoded = text.replaceAll(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    if (decoded === text) return false;
    text = decoded;
  }
  // Whatever is coded so often is meant to get past somebody.
  return true;
}

function firstSegment(path: string): string {
  const kept: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    const segment = part.split(/[;?#]/, 1)[0]!.trim();
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  return (kept[0] ?? "").toLowerCase();
}
