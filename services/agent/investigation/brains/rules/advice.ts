/** What to do about an error, by what its message says; `{place}` stands for file and line. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /no such (column|table|function)|unknown column|undefined column|does not exist/i,
    "Make the query at {place} and the database's schema agree: run the migration that is missing, or go back to the release whose schema this is.",
  ],
  [
    /JSON|Unexpected (token|end of)|is not valid JSON/i,
    "Check the text before it is parsed at {place}, and answer with an error of its own where it is not JSON.",
  ],
  [
    /Invalid array length|out of (range|bounds)|index/i,
    "Check the index against the length before it is used at {place}.",
  ],
  [
    /timed? ?out|ETIMEDOUT|deadline/i,
    "Find out why what is called at {place} does not answer, and let this code give up early or fall back while it does not.",
  ],
  [
    /ECONNREFUSED|connection refused|ENOTFOUND|EAI_AGAIN|ECONNRESET/i,
    "Bring back what is called at {place}, or let this code fall back while it is away.",
  ],
  [/ENOSPC|no space left|disk (is )?full/i, "Free space on the disk that {place} writes to."],
  [
    /disk I\/O|EIO\b|database (disk image is malformed|is locked)|SQLITE_/i,
    "Look at the disk and the database that this service uses: it reports I/O errors, which no change of code mends.",
  ],
  [/permission denied|EACCES|EPERM/i, "Give the service the access that it is refused at {place}."],
  [
    /out of memory|allocation failed|heap|ENOMEM/i,
    "Find what holds memory: restart the instance to get time, and take a heap snapshot of the next one before it fails.",
  ],
  [
    /is not a function/i,
    "Make sure that what is called at {place} is there; a changed interface or an import that failed is the usual reason.",
  ],
  [/Maximum call stack/i, "End the recursion at {place}."],
];

/** One sentence of advice for an error message. */
export function adviceFor(message: string, place: string): string {
  const found = ADVICE.find(([pattern]) => pattern.test(message))?.[1];
  return (found ??
    "Handle at {place} the case that its error message names, or go back to the release before it appeared.")
    .replaceAll("{place}", place);
}

/** An expression that was null or undefined, and what was read from it. */
export interface NullRead {
  readonly kind: "null" | "undefined";
  readonly property: string;
  /** As it stands in the line; null when the line does not tell. */
  readonly expression: string | null;
}

/** What a message about a property of null says, with the expression that the failing line reads it from. */
export function nullRead(message: string, line: string | undefined): NullRead | null {
  const match = /Cannot read propert(?:ies|y) of (null|undefined) \(reading '([^']+)'\)/.exec(message);
  if (match) {
    const [, kind, property] = match;
    return {
      kind: kind as "null" | "undefined",
      property: property!,
      expression: expressionBefore(line ?? "", property!),
    };
  }
  const python = /'NoneType' object has no attribute '([^']+)'/.exec(message);
  return python && { kind: "null", property: python[1]!, expression: expressionBefore(line ?? "", python[1]!) };
}

/** The operand of `.property` in a line of code: identifiers, calls and indexes, read backwards. */
function expressionBefore(line: string, property: string): string | null {
  const at = new RegExp(`\\.${property.replaceAll(/[^\w$]/g, "\\$&")}(?![\\w$])`).exec(line)?.index;
  if (at === undefined) {
    // `[0]` of undefined.
    const bracket = line.indexOf(`[${property}]`);
    return bracket > 0 ? operand(line, bracket) : null;
  }
  return operand(line, at);
}

function operand(line: string, end: number): string | null {
  let stop = end;
  while (stop > 0 && /[!?]/.test(line[stop - 1]!)) stop--;
  let depth = 0;
  let start = stop;
  while (start > 0) {
    const char = line[start - 1]!;
    if (/[)\]]/.test(char)) depth++;
    else if (/[([]/.test(char)) {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0 && !/[\w$.!?#]/.test(char)) break;
    start--;
  }
  const text = line.slice(start, stop).trim();
  return text === "" ? null : text;
}
