/** Readers of the beginning of an entry: one a form, each tried on the line's shape. */
import { access } from "./access.ts";
import type { Head, LineContext, Reader } from "./head.ts";
import { json } from "./json.ts";
import { klog } from "./klog.ts";
import { letters } from "./letters.ts";
import { logfmt } from "./logfmt.ts";
import { text } from "./text.ts";

export type { Caller, Head, LineContext } from "./head.ts";
export { recordsOf } from "./json.ts";
export { statusIn } from "./status.ts";

const READERS: readonly Reader[] = [json, klog, letters, logfmt, text, access];

/** The beginning of an entry that a line is; null when it is none, as far as its form tells. */
export function readHead(line: string, context: LineContext): Head | null {
  for (const reader of READERS) {
    const head = reader(line, context);
    if (head !== null) return inside(head, context);
  }
  return null;
}

/** A message that is an entry of its own form: JSON or logfmt behind a time, a program's line in a collector's JSON. */
function inside(head: Head, context: LineContext): Head {
  const said = head.structured && head.level !== null ? "" : head.body.trimStart();
  if (said === "") return head;
  const structured = said.startsWith("{")
    ? json(said, context)
    : /^[\w@.-]{1,60}=/.test(said)
    ? logfmt(said, context)
    : null;
  const inner = structured ?? (head.structured ? text(said, context) : null);
  if (inner === null) return head;
  return {
    ...inner,
    at: inner.at ?? head.at,
    level: inner.level ?? head.level,
    pid: inner.pid ?? head.pid,
    status: inner.status ?? head.status,
    caller: inner.caller ?? head.caller,
  };
}
