import { headAbove, headOf, joined } from "./head.ts";
import { isLibraryPath } from "./library.ts";
import { found, type Reader, type Reading, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const FRAME =
  /^\s{0,40}(?:\d{1,4}: )?(?:from |=> |# |\[\d{1,4}\] )?(?:([\w-]{1,80}) \(([\w.-]{1,40})\) )?((?:[A-Za-z]:)?[^\s:()'"]{1,400}):(\d{1,7}):in [`'"]([^'"`]{1,300})['"](?:: (.*))?$/;
/** As some loggers print it, without the method. */
const BARE = /^\s{0,40}(?:from )?((?:[A-Za-z]:)?[^\s:()'"]{1,400}\.(?:rb|erb|haml|slim|rake|ru)):(\d{1,7})$/;
const RAISED = /^(.*) \(((?:[A-Z]\w{0,80}(?:::)?){1,10})\)$/;
const RAILS = /(?:^|\s)((?:[A-Z]\w{0,80}(?:::)?){1,10}) \((.*)\):?$/;

/** Ruby and Rails: `file.rb:12:in 'method'` with either quote, `from`, cleaned traces, causes, reversed traces. */
export const ruby: Reader = {
  language: "Ruby (Rails)",
  sign: /:\d{1,7}:in [`'"]|\.(?:rb|erb|haml|slim|rake|ru):\d{1,7}$/,
  read(lines) {
    const reversed = lines.some((line) => /Traceback \(most recent call last\)/.test(line));
    const chain: Reading[] = [];
    let above: string[] = [];
    for (const line of lines) {
      const match = FRAME.exec(line);
      const bare = match ? null : BARE.exec(line);
      if (!match && !bare) {
        above.push(line);
        continue;
      }
      const raised = match?.[6] === undefined ? null : raisedBy(match[6]);
      if (chain.length === 0 && !raised) chain.push(reading(headOfRails(above) ?? headAbove(above)));
      else if (raised && reversed) Object.assign(chain[0] ?? chain[chain.push(reading(null)) - 1]!, raised);
      else if (raised) chain.push(reading(raised));
      else if (chain.length > 0 && headOfRails(above)) chain.push(reading(headOfRails(above)));
      above = [];
      chain.at(-1)!.frames.push(
        match ? frame(match[5]!, match[3]!, [match[4]!, match[1]]) : frame(null, bare![1]!, [bare![2]!]),
      );
    }
    if (reversed) chain.forEach((one) => one.frames.reverse());
    return found(chain);
  },
};

/** `undefined method 'x' for nil (NoMethodError)` of the line that names the failing call. */
function raisedBy(text: string): { type: string; message: string } | null {
  const match = RAISED.exec(text.trim());
  if (match) return { type: match[2]!, message: match[1]! };
  const head = headOf(text);
  return head ?? (text.trim() === "" ? null : { type: "Error", message: text.trim() });
}

/** `NoMethodError (undefined method 'x' for nil):` */
function headOfRails(above: readonly string[]): { type: string; message: string } | null {
  for (const [i, line] of above.entries()) {
    const match = RAILS.exec(line.trim());
    if (match) return { type: match[1]!, message: match[2]! };
    const plain = headOf(line);
    if (plain && /^[A-Z]\w*(?:::\w+)*$/.test(plain.type)) {
      return { ...plain, message: joined([plain.message, ...above.slice(i + 1, i + 4)]) };
    }
  }
  return null;
}

function frame(name: string | null, file: string, [line, gem]: readonly (string | undefined)[]): StackFrame {
  return {
    function: name,
    file,
    line: Number(line),
    library: gem !== undefined || isLibraryPath(file) || file.startsWith("<"),
  };
}
