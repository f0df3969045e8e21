import { joined } from "./head.ts";
import { isLibraryPath } from "./library.ts";
import { found, type Reader, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const ENDING = "\\.(?:c|cc|cpp|cxx|c\\+\\+|h|hh|hpp|hxx|ipp|inl|m|mm|cu|f90|d|zig|nim|cr)";
const SOURCE = `[^\\s:"]{1,400}${ENDING}`;
/** Sanitizers, gdb, boost, cpptrace: a number, an address, a name, a place. */
const FRAME = new RegExp(
  `^\\s{0,20}#?(\\d{1,4})#?:?\\s{1,8}(?:0x[0-9a-f]{1,16} )?(?:in )?(.{1,400}?)(?: at)? \\(?(${SOURCE}):(\\d{1,7})(?::(\\d{1,7}))?\\)?$`,
);
const BACKWARD = /^\s{0,20}#(\d{1,4})\s{1,8}Source "([^"]{1,400})", line (\d{1,7})(?:, in (.{1,300}))?$/;
const HEADS: readonly RegExp[] = [
  /(?:==\d{1,10}==)?ERROR: (\w{1,40}Sanitizer): (.{1,300}?)(?: on (?:unknown )?address.*| \(pid.*)?$/,
  /WARNING: (ThreadSanitizer|MemorySanitizer): (.{1,300})$/,
  /terminate called after throwing an instance of '([^']{1,200})'()/,
  /(?:libc\+\+abi|libc\+\+abi\.dylib): terminating .{0,60}exception of type ([\w:]{1,200})(?:: (.*))?$/,
  /(Assertion) [`'](.{1,300})['`] failed/,
  /(Check failed): (.{1,300})$/,
  /(Segmentation fault|SIGSEGV|SIGABRT|SIGBUS|SIGFPE|Bus error|Aborted|Floating point exception)()/,
];
const PLACES: readonly RegExp[] = [
  new RegExp(`^(?:.{0,200} )?(${SOURCE}):(\\d{1,7})(?::(\\d{1,7}))?: (?:runtime error: |.{1,300}: Assertion )`),
  new RegExp(`^[IWEF]\\d{4,8} .{1,80} (${SOURCE}):(\\d{1,7})\\] `),
];

/** C and C++: sanitizers, gdb, boost and std stacktraces, cpptrace, backward-cpp, assertions, `terminate called`. */
export const native: Reader = {
  language: "C, C++ (sanitizers, gdb, boost, backward-cpp)",
  sign: new RegExp(
    `^\\s{0,20}#?\\d{1,4}#?:?\\s{1,8}.{1,400}${ENDING}[:"]|Sanitizer: |terminate called after|terminating (?:with|due to) |runtime error: |Assertion [\`']|${ENDING}:\\d{1,7}\\] `,
  ),
  read(lines) {
    const frames: StackFrame[] = [];
    let head: { type: string; message: string } | null = null;
    const lastFirst = lines.some((line) => /most recent call last/.test(line));
    for (const [i, line] of lines.entries()) {
      const match = FRAME.exec(line);
      const backward = match ? null : BACKWARD.exec(line);
      if (match?.[1] === "0" && frames.length > 0 && !lastFirst) break;
      if (match) frames.push(placed(match[2]!, match[3]!, [match[4]!, match[5]]));
      else if (backward) frames.push(placed(backward[4] ?? null, backward[2]!, [backward[3]!]));
      const place = PLACES.map((pattern) => pattern.exec(line)).find(Boolean);
      if (place && frames.length === 0) frames.push(placed(null, place[1]!, [place[2]!, place[3]]));
      if (head === null) {
        const ub = /: (runtime error): (.{1,300})$/.exec(line);
        const named = ub ?? HEADS.map((pattern) => pattern.exec(line)).find(Boolean);
        const what = /^\s*what\(\):\s{1,4}(.*)$/.exec(lines[i + 1] ?? "");
        if (named) head = { type: named[1]!, message: joined([what?.[1] ?? named[2] ?? ""]) };
      }
    }
    if (lastFirst) frames.reverse();
    return found([{ ...reading(head), frames }]);
  },
};

function placed(name: string | null, file: string, [line, column]: readonly (string | undefined)[]): StackFrame {
  const plain = name?.replace(/ \((?:[^\s=]+=.*)?\)$/, "").trim() ?? null;
  return {
    function: plain,
    file,
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
    library: isLibraryPath(file) ||
      /^(?:std::|__|_start|boost::|testing::|folly::|absl::|backward::|raise$|abort$)/.test(plain ?? "") ||
      /(?:^|\/)(?:sysdeps|libio|csu|glibc|gcc|libstdc\+\+|compiler-rt|bits)\//.test(file),
  };
}
