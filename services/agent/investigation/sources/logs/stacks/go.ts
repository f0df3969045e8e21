import { type Head, joined } from "./head.ts";
import { isLibraryPath } from "./library.ts";
import { found, type Reader, type Reading, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const PLACE =
  /^[\s>-]{0,20}((?:[A-Za-z]:)?[^\s:()"]{1,400}\.(?:go|s|c|cgo1\.go)):(\d{1,7})(?: \+0x[0-9a-f]{1,16})?(?: \(0x[0-9a-f]{1,16}\))?(?: fp=\S{1,40})?(?: sp=\S{1,40})?(?: pc=\S{1,40})?$/;
const CALL =
  /^[\s>-]{0,20}((?:[\w.~%@-]{1,200}\/){0,20}[\w.~%@*()\[\]{}·-]{1,300}\.[\w.*()\[\]·]{1,300}?)(?:\((?:\.\.\.|[^)]{0,300}(?:\{[^)]{0,300})?)\))?(?: fp=.{1,100})?$/;
const GOROUTINE = /(?:^|\s)goroutine \d{1,12}(?: gp=\S{1,40})?(?: m=\S{1,12})?(?: mp=\S{1,40})? \[[^\]]{1,120}\]:$/;
const STANDARD =
  /^(?:archive|bufio|bytes|cmp|compress|container|context|crypto|database|debug|embed|encoding|errors|expvar|flag|fmt|go|hash|html|image|index|internal|io|iter|log|maps|math|mime|net|os|path|plugin|reflect|regexp|runtime|slices|sort|strconv|strings|structs|sync|syscall|testing|text|time|unicode|unique|unsafe|weak|_cgo\w*)(?:\/[a-z]\w*)*\/[\w.]+$/;
const PANIC =
  /(?:^|[^\w])(?:panic(?: serving [^\s]{1,80})?|fatal error|panic recovered|Recovery\] .{0,80}panic recovered): ?(.*)$/;

/** Go: panics with their goroutines, `created by`, traces of zap, pkg/errors, gin, echo, chi and the runtime's signals. */
export const go: Reader = {
  language: "Go",
  sign: /\.(?:go|s):\d{1,7}(?: \+0x| \(0x| fp=|$)|^panic: |^fatal error: /,
  read(lines) {
    const parts: Reading[] = [];
    let name: string | null = null;
    let above: string[] = [];
    let goroutines = 0;
    let creator = false;
    for (const line of lines) {
      if (GOROUTINE.test(line)) {
        // The first goroutine is the one that failed; the others only wait.
        if (parts.some((part) => part.frames.length > 0) && goroutines > 0) break;
        goroutines++;
        // An error's text may stand before it on the same line.
        above.push(line.replace(GOROUTINE, ""));
        continue;
      }
      const place = PLACE.exec(line);
      if (place) {
        const current = parts.at(-1);
        if (current === undefined || (goroutines === 0 && above.some((one) => one.trim() !== "" && !isSource(one)))) {
          parts.push(reading(headAbove(above)));
        }
        if (!creator) parts.at(-1)!.frames.push(frameOf(name, place[1]!, Number(place[2])));
        name = null;
        above = [];
        creator = false;
        continue;
      }
      const call = CALL.exec(line.replace(/^created by /, ""));
      // A panic in between was raised by what is below; what is above only caught it.
      if (/^[\s>-]*(?:panic|runtime\.gopanic)\(/.test(line)) {
        if (parts.length > 0) parts.at(-1)!.frames.length = 0;
        name = "panic";
      } else if (call && line.trim() !== "") {
        creator = line.startsWith("created by ");
        name = call[1]!;
      } else above.push(line);
      if (
        call && !creator && !/\($|\)$/.test(line.trim()) && !call[1]!.includes("/") &&
        !/^[\w]+\.[\w.()*]+$/.test(line.trim())
      ) {
        above.push(line);
      }
    }
    if (parts.length === 0) {
      const head = headAbove(above);
      return head?.type ? [reading(head)] : null;
    }
    // Errors that were wrapped are printed after what they wrap.
    return found(parts.reverse());
  },
};

/** Code that gin prints under a place. */
function isSource(line: string): boolean {
  return /^\t\S+: /.test(line) || GOROUTINE.test(line);
}

function headAbove(above: readonly string[]): Head | { type: null; message: string } | null {
  for (const [i, line] of above.entries()) {
    const match = PANIC.exec(line.trim()) ?? /\[PANIC RECOVER\] (.*)$/.exec(line);
    if (!match) continue;
    const told = (match[1] ?? "").replace(/ \[recovered(?:, repanicked)?\]$/, "");
    const message = told !== ""
      ? told
      : above.slice(i + 1).findLast((one) => one.trim() !== "" && !isSource(one)) ?? "";
    return { type: /fatal error/.test(match[0]) ? "fatal error" : "panic", message: joined([message]) };
  }
  const last = above.findLast((line) => line.trim() !== "" && !isSource(line))?.trim();
  if (last === undefined) return null;
  if (last.startsWith("runtime error: ")) return { type: "panic", message: last };
  // What an entry's own first line says is known without this.
  return above.length > 1 ? { type: null, message: last } : null;
}

function frameOf(name: string | null, file: string, line: number): StackFrame {
  const path = file.replace(/^\.\//, "");
  return {
    function: name,
    file: path,
    line,
    library: isLibraryPath(path) || STANDARD.test(path) || /@v\d/.test(path) || !path.endsWith(".go") ||
      /^<|_testmain\.go$/.test(path),
  };
}
