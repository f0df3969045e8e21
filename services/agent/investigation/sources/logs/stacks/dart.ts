import { headAbove, joined } from "./head.ts";
import { isLibraryPath } from "./library.ts";
import { found, type Reader, type Reading, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const FRAME =
  /^\s{0,40}#(\d{1,4})\s{1,12}(\S.{0,299}?) \(((?:package|dart|file|org-dartlang-\w{1,20}|http|https):[^\s()]{1,300}?):(\d{1,7})(?::(\d{1,7}))?\)$/;
/** As the package stack_trace prints it. */
const TERSE = /^\s{0,40}((?:package:|dart:|file:)?[^\s:]{1,300}\.dart) (\d{1,7}):(\d{1,7})\s{1,40}(\S.{0,300})$/;
const PACKAGES =
  /^package:(?:flutter\w*|http|dio|shelf\w*|async|stack_trace|test\w*|bloc|flutter_bloc|provider|riverpod|get|mocktail|sentry\w*|firebase\w*|cloud_firestore|sqflite|drift|grpc|protobuf|collection|retry|dart_frog|serverpod)\//;

/** Dart and Flutter: `#0 f (package:app/x.dart:12:3)`, terse traces, `EXCEPTION CAUGHT BY`. */
export const dart: Reader = {
  language: "Dart, Flutter",
  sign:
    /^\s{0,40}#\d{1,4}\s{1,12}\S.{0,299} \((?:package|dart|file|org-dartlang-\w{1,20}|https?):|\.dart \d{1,7}:\d{1,7}\s/,
  read(lines) {
    const one: Reading = reading(null);
    let above: string[] = [];
    for (const line of lines) {
      const match = FRAME.exec(line);
      const terse = match ? null : TERSE.exec(line);
      if (!match && !terse) {
        if (one.frames.length === 0) above.push(line);
        continue;
      }
      if (match?.[1] === "0" && one.frames.length > 0) break;
      if (one.frames.length === 0) Object.assign(one, headOf(above));
      above = [];
      one.frames.push(
        match
          ? frame(match[2]!, match[3]!, [match[4]!, match[5]])
          : frame(terse![4]!, terse![1]!, [terse![2]!, terse![3]]),
      );
    }
    return found([one]);
  },
};

function headOf(above: readonly string[]): { type: string | null; message: string } {
  for (const [i, line] of above.entries()) {
    const thrown = /The following (\S{1,120}) (?:was|were) thrown.{0,200}:?$/.exec(line);
    if (thrown) return { type: thrown[1]!, message: joined(above.slice(i + 1, i + 3)) };
    if (/Unhandled exception:?$|Unhandled Exception:/i.test(line)) {
      const rest = joined([line.split(/Unhandled Exception:?/i)[1] ?? "", ...above.slice(i + 1)]);
      const named = /^([A-Z_]\w{0,120}): (.*)$/.exec(rest);
      return named ? { type: named[1]!, message: named[2]! } : { type: null, message: rest };
    }
  }
  return headAbove(above.map((line) => line.replace(/^(?:flutter|I\/flutter \(\s*\d+\)): /, ""))) ??
    { type: null, message: "" };
}

function frame(name: string, file: string, [line, column]: readonly (string | undefined)[]): StackFrame {
  return {
    function: name.replace(/\.?<(?:anonymous closure|fn|async)>$/, "").trim() || null,
    file,
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
    library: isLibraryPath(file) || PACKAGES.test(file) || file.startsWith("org-dartlang-sdk"),
  };
}
