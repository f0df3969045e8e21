import { joined } from "./head.ts";
import { isLibraryPath } from "./library.ts";
import { found, type Reader, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const HEADS: readonly RegExp[] = [
  // Shop/Pricing.swift:38: Fatal error: message
  /^(?:.{0,200} )?([^\s:]{1,300}\.swift):(\d{1,7}): (Fatal error|Assertion failed|Precondition failed|Assertion failure)(?:: (.*))?$/,
  // Fatal error: message: file Shop/Pricing.swift, line 38
  /(Fatal error|Assertion failed|Precondition failed)(?:: (.{0,400}))?: file ([^\s,]{1,300}\.swift), line (\d{1,7})/,
];
const FRAME = /^\s{0,20}(\d{1,4})\s.{1,400}? at ([^\s:]{1,300}\.(?:swift|m|mm|c|cpp|h)):(\d{1,7})(?::(\d{1,7}))?$/;
const NAME =
  /^\s{0,20}\d{1,4}\s{1,8}(?:\[\w{1,12}\] )?(?:0x[0-9a-f]{1,16} )?(.{1,300}?)(?: \+ \d{1,9})?(?: in [^\s]{1,100})?$/;

/** Swift: `Fatal error` in its old and new form, and the runtime's own backtraces. */
export const swift: Reader = {
  language: "Swift",
  sign: /\.swift(?::\d{1,7}|, line \d{1,7})/,
  read(lines) {
    const frames: StackFrame[] = [];
    let head: { type: string; message: string } | null = null;
    let own: StackFrame | null = null;
    for (const line of lines) {
      const first = HEADS[0]!.exec(line);
      const old = first ? null : HEADS[1]!.exec(line);
      if ((first || old) && head === null) {
        head = first
          ? { type: first[3]!, message: joined([first[4] ?? ""]) }
          : { type: old![1]!, message: joined([old![2] ?? ""]) };
        own = first ? placed(null, first[1]!, [first[2]!]) : placed(null, old![3]!, [old![4]!]);
        continue;
      }
      const crash = /(?:Program crashed|Crash): (.*)$/.exec(line);
      if (crash && head === null) head = { type: "crash", message: crash[1]! };
      const match = FRAME.exec(line);
      // A thread that is numbered from 0 again is another one.
      if (match && match[1] === "0" && frames.length > 0) break;
      if (match) {
        frames.push(
          placed(NAME.exec(line.slice(0, line.lastIndexOf(" at ")))?.[1] ?? null, match[2]!, [match[3]!, match[4]]),
        );
      }
    }
    const named = own &&
      frames.some((one) => one.line === own.line && one.file?.endsWith(own.file!.split("/").at(-1)!));
    return found([{ ...reading(head), frames: own && !named ? [own, ...frames] : frames }]);
  },
};

function placed(name: string | null, file: string, [line, column]: readonly (string | undefined)[]): StackFrame {
  const library = isLibraryPath(file) ||
    /^(?:Swift|Foundation|Dispatch|NIO\w*|Vapor)\/|\/(?:swift|stdlib)\/(?:public|core)\//.test(file);
  return {
    function: name,
    file,
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
    library,
  };
}
