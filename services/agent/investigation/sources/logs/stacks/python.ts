import { type Head, headOf, joined } from "./head.ts";
import { isLibraryPath } from "./library.ts";
import { found, type Reader, type Reading, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const FRAME = /^[\s>]{0,80}File "([^"]{1,400})", line (\d{1,7})(?:,? in (.{1,200}))?$/;
/** Of `rich`, which draws a box around the trace. */
const BOXED = /^\s{0,20}[│|] (?:❱ )?(\/?[^\s:│]{1,300}\.pyi?):(\d{1,7}) in ([^\s│]{1,200})\s*[│|]?$/;
const BEGIN = /Traceback \(most recent call last\)/;
const DIRECT = /^\s*The above exception was the direct cause of the following exception:/;
const DURING = /^\s*During handling of the above exception, another exception occurred:/;
const GROUP = /^\s*\+(?:-\+)?-{4,} (\d{1,4}|\.\.\.) -{4,}|^\s*\+-{10,}$/;
const LOOKUPS =
  /(?:KeyError|IndexError|AttributeError|LookupError|StopIteration|ImportError|ModuleNotFoundError|ValueError|TypeError|DoesNotExist|NotFound|Empty|Miss)$/;

interface Part extends Reading {
  /** It is another failure, which came up while the one before was handled. */
  other: boolean;
}

/** Python: `Traceback (most recent call last):`, chains, exception groups, syntax errors, crashes of the interpreter. */
export const python: Reader = {
  language: "Python",
  sign:
    /File "[^"]{1,400}", line \d|Traceback \(most recent call last\)|^\s{0,20}[│|] (?:❱ )?\/?[^\s:│]{1,300}\.pyi?:\d/,
  read(lines) {
    return found(groupsOf(lines).flatMap((block) => chainOf(partsOf(block))));
  },
};

/** The tracebacks of a chain, as they are printed. */
function partsOf(lines: readonly string[]): Part[] {
  const parts: Part[] = [];
  let other = false;
  for (let from = 0; from <= lines.length;) {
    const at = lines.findIndex((line, i) => i >= from && (DIRECT.test(line) || DURING.test(line)));
    const part = { ...blockOf(lines.slice(from, at < 0 ? lines.length : at)), other };
    if (part.frames.length > 0 || part.type !== null) parts.push(part);
    if (at < 0) break;
    other = DURING.test(lines[at]!);
    from = at + 1;
  }
  return parts;
}

/** Printed first is what was raised first. */
function chainOf(parts: readonly Part[]): Reading[] {
  const chain: Reading[] = [];
  for (const [i, part] of parts.entries()) {
    if (i > 0 && part.other && isAnother(parts[i - 1]!, part)) chain.push(part);
    else chain.unshift(part);
  }
  return chain;
}

/** Whether handling `first` failed for a reason of its own: a lookup that was expected to fail, then a deeper call. */
function isAnother(first: Reading, second: Reading): boolean {
  const tried = first.frames.at(-1);
  const raised = second.frames[0];
  if (tried === undefined || raised === undefined) return false;
  const there = tried.file === raised.file && tried.function === raised.function;
  const wraps = first.message !== "" && second.message.includes(first.message);
  return !there && !wraps && LOOKUPS.test(first.type ?? "");
}

/** An exception group's own lines, then those of its first member, without their margins; of several members one. */
function groupsOf(lines: readonly string[]): string[][] {
  if (!lines.some((line) => GROUP.test(line))) return [[...lines]];
  const blocks: string[][] = [[]];
  for (const line of lines) {
    const border = GROUP.exec(line.replace(/^(?:\s{0,8}\|)+ ?/, ""));
    if (border && border[1] === "1") blocks.push([]);
    else if (border) break;
    else blocks.at(-1)!.push(line.replace(/^\s{0,80}\+ /, "").replace(/^(?:\s{0,8}\|)+ ?/, ""));
  }
  return blocks;
}

/** One traceback: its calls, the last one first, and the line that ends it. */
function blockOf(lines: readonly string[]): Reading {
  const crash = lines.findIndex((line) => /most recent call first\)/.test(line));
  const firstCall = crash >= 0;
  const begin = firstCall ? crash : lines.findLastIndex((line) => BEGIN.test(line));
  const frames: StackFrame[] = [];
  let last = -1;
  for (let i = Math.max(0, begin); i < lines.length; i++) {
    const line = lines[i]!;
    if (firstCall && i > begin && frames.length > 0 && line.trim() === "") break;
    const match = FRAME.exec(line) ?? BOXED.exec(line);
    if (!match) continue;
    const [, file, at, name] = match;
    frames.push({ function: name?.trim() ?? null, file: file!, line: Number(at), library: isForeign(file!) });
    last = i;
  }
  const head = firstCall ? fatal(lines) : last < 0 ? headIn(lines, 0) : headIn(lines, last + 1);
  return { ...reading(head), frames: firstCall ? frames : frames.reverse() };
}

/** The exception below the calls: the first line that begins with a name, with what follows until an empty line. */
function headIn(lines: readonly string[], from: number): Head | null {
  const margin = indentOf(lines[from - 1] ?? "");
  for (let i = from; i < lines.length && i < from + 60; i++) {
    const line = lines[i]!;
    // Code lines of a call are deeper than the exception.
    if (from > 0 && margin > 0 && indentOf(line) >= margin) continue;
    if (/^[\s│╰╭─~^|]*$/.test(line)) continue;
    const head = headOf(line, true);
    if (!head) continue;
    const end = lines.findIndex((one, at) => at > i && one.trim() === "");
    return { type: head.type, message: joined([head.message, ...lines.slice(i + 1, end < 0 ? i + 8 : end)]) };
  }
  return null;
}

function fatal(lines: readonly string[]): Head | null {
  const line = lines.find((one) => one.includes("Fatal Python error: "));
  return line === undefined ? null : { type: "Fatal Python error", message: line.split("Fatal Python error: ")[1]! };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function isForeign(file: string): boolean {
  return isLibraryPath(file) || /^<|[/\\]lib[/\\](?:python[\w.]*[/\\])|[/\\]Python\d*[/\\]lib[/\\]/i.test(file);
}
