/** Type and message of an exception. */
export interface Head {
  readonly type: string;
  readonly message: string;
}

/** A name, its parts joined by `.`, `::`, `\`, `/` or `$`; then a code in brackets, then the message. */
const HEAD =
  /^((?:[\w$]{1,120}(?:\.|::|\\|\/)){0,14}[\w$]{1,160})(?: ?\[[\w. -]{1,80}\])?(?: ?\(code: \w+\))?(?::(?:\s(.*))?)?$/s;
const LAST_PART = /(?<![\w$])[\w$]+$/;
const USUAL_END =
  /(?:Error|Exception|Failure|Failed|Fault|Panic|Throwable|Interrupt|Interrupted|Timeout|NotFound|DoesNotExist|Invalid|Denied|Refused|Conflict|Violation|Unavailable|Overflow|Exceeded|ExitCode|Abort|Aborted|Closed|Cancelled|Canceled)$/;
const LEVEL = /^\[?(?:ERROR|FATAL|CRITICAL|SEVERE|WARN(?:ING)?)\]?:? /;
const LEADS =
  /^(?:error: )?(?:Caused by: |Wrapped by: |Causing: |caused by: |Caused By: |Unhandled exception[.:] ?|Unhandled Exception: ?|Uncaught exception[.:] ?|\(node:\d+\) (?:UnhandledPromiseRejectionWarning: )?|\[?Uncaught(?: \(in promise\))?\]? |Uncaught:? |Exception in thread "[^"]{0,200}" |exception: |thrown: |\[)?/;

/** The exception that a line names at its beginning; `any` takes every name that may be one's, else only usual ones. */
export function headOf(line: string, any = false): Head | null {
  const trimmed = line.trim();
  const leveled = LEVEL.test(trimmed);
  const plain = trimmed.replace(LEVEL, "").replace(LEADS, "");
  const match = HEAD.exec(plain.endsWith("]") && trimmed.startsWith("[") ? plain.slice(0, -1) : plain);
  if (!match) return null;
  const [, type, message = ""] = match;
  // After a level comes the logger's name more often than an exception's.
  const fits = leveled ? USUAL_END.test(type!) : any ? /^[A-Za-z_$]/.test(type!) : isUsual(type!);
  return fits ? { type: type!, message: message.trim() } : null;
}

/** The exception that a line names anywhere: `request failed java.lang.IllegalStateException: no tier`. */
export function headWithin(line: string): Head | null {
  let last: Head | null = null;
  for (const match of line.matchAll(/(?<![\w$.:\\/])[A-Za-z_$][\w$.:\\/]{2,200}/g)) {
    const name = match[0].replace(/(?<!:):+$/, "");
    if (!isUsual(name)) continue;
    const rest = line.slice(match.index + name.length);
    const told = /^(?: ?\[[\w. -]{1,80}\])?:\s(.*)$/.exec(rest);
    if (!told && rest.trim() !== "") continue;
    const head = { type: name, message: told?.[1]?.trim() ?? "" };
    if (USUAL_END.test(name)) return head;
    last = head;
  }
  return last;
}

/** Whether a name is one that exceptions usually have: it ends like one, or it is a class within a package. */
export function isUsual(name: string): boolean {
  const last = LAST_PART.exec(name)?.[0] ?? "";
  if (USUAL_END.test(last)) return true;
  return last.length < name.length && /^[A-Z]/.test(last) && /^[a-z_]\w*(?:\.|::|\\)/.test(name) &&
    !/\.(?:[A-Z]{2,})$/.test(name);
}

/** The exception that the lines above its calls name, with what follows it as its message; within a line at last. */
export function headAbove(lines: readonly string[], any = false): Head | null {
  const from = Math.max(0, lines.length - 40);
  let found: { readonly head: Head; readonly at: number } | null = null;
  for (let i = from; i < lines.length; i++) {
    // Of names that only may be an exception's, the line right above the calls counts.
    const head = headOf(lines[i]!, any && i === lines.length - 1);
    if (head === null) continue;
    found = { head, at: i };
    if (USUAL_END.test(head.type)) break;
  }
  for (let i = lines.length - 1; i >= from && found === null; i--) {
    const head = headWithin(lines[i]!);
    if (head) found = { head, at: i };
  }
  return found && { type: found.head.type, message: joined([found.head.message, ...lines.slice(found.at + 1)]) };
}

/** Lines of a message as one, cut. */
export function joined(lines: readonly string[]): string {
  return lines.map((line) => line.trim()).filter((line) => line !== "").slice(0, 12).join(" ").slice(0, 600);
}
