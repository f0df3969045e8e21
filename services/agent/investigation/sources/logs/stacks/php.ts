import { joined } from "./head.ts";
import { isLibraryPath } from "./library.ts";
import { found, type Reader, type Reading, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const FRAME =
  /^\s{0,40}#(\d{1,4}) (?:((?:[A-Za-z]:)?[^\s():]{1,400})\((\d{1,7})\)|\[internal function\]|\{main\})(?:: (.*))?$/;
const HEADS: readonly RegExp[] = [
  // PHP Fatal error:  Uncaught Type: message in /x.php:12
  /(?:Uncaught (?:exception )?|^Next |PHP Exception )'?([A-Z_a-z][\w\\]{1,200})'?(?: with message '(.{0,400})'|:\s(.{0,400}))? in ((?:[A-Za-z]:)?[^\s:]{1,400}\.\w{2,6})(?::| on line )(\d{1,7})/,
  /exception '([\w\\]{1,200})' with message '(.{0,400})()' in ((?:[A-Za-z]:)?[^\s:]{1,400}\.\w{2,6}):(\d{1,7})/,
  // [object] (Type(code: 0): message at /x.php:12)
  /\[object\] \(([A-Za-z_][\w\\]{1,200})\(code: \w{1,20}\): (.{0,400})() at ((?:[A-Za-z]:)?[^\s:]{1,400}\.\w{2,6}):(\d{1,7})\)/,
  // Uncaught PHP Exception Type: "message" at /x.php line 12
  /Uncaught PHP Exception ([A-Za-z_][\w\\]{1,200}): "(.{0,400})()" at ((?:[A-Za-z]:)?[^\s:]{1,400}\.\w{2,6}) line (\d{1,7})/,
  /PHP (Parse error|Fatal error|Recoverable fatal error|Warning|Notice|Deprecated):\s{1,4}(.{1,400})() in ((?:[A-Za-z]:)?[^\s:]{1,400}\.\w{2,6}) on line (\d{1,7})/,
  // Type: message in /x.php:12, as an exception prints itself
  /^\s{0,40}(?:\S{1,60} )?((?:[A-Z]\w{0,80}\\?){1,10}(?:Error|Exception)): (.{0,400})() in ((?:[A-Za-z]:)?[^\s:]{1,400}\.\w{2,6}):(\d{1,7})/,
];

/** PHP: `PHP Fatal error: Uncaught`, `#0 /x.php(12): f()`, `Next`, Monolog's, Laravel's and Symfony's `[object]`. */
export const php: Reader = {
  language: "PHP (Laravel, Symfony, Monolog)",
  sign:
    /^\s{0,40}#\d{1,4} (?:\S{1,400}\(\d{1,7}\)|\[internal function\]|\{main\})|PHP (?:Fatal|Parse|Recoverable) |Uncaught PHP Exception |\[object\] \(|exception '[\w\\]{1,200}' with message/,
  read(lines) {
    const chain: Reading[] = [];
    let printedFirst = false;
    let names: (string | null)[] = [];
    const close = () => {
      // A call's line is where it was made, so that each name belongs to the place before.
      const frames = chain.at(-1)?.frames ?? [];
      frames.forEach((frame, i) => frames[i] = { ...frame, function: names[i] ?? null });
      names = [];
    };
    for (const [i, line] of lines.entries()) {
      const heads = [...headsOf(line)];
      const frame = FRAME.exec(line);
      if (frame) {
        if (chain.length === 0) {
          chain.push(reading({ type: null, message: joined(lines.slice(Math.max(0, i - 2), i)) } as never));
        }
        if (frame[1] === "0" && chain.at(-1)!.frames.length > 1) break;
        names.push(frame[4]?.split("(", 1).join("").trim() ?? null);
        if (frame[2] !== undefined) chain.at(-1)!.frames.push(placed(frame[2], Number(frame[3])));
        else names.pop();
        continue;
      }
      for (const { type, message, file, line: at } of heads) {
        const last = chain.at(-1);
        if (last && last.type === type && last.frames[0]?.file === file && last.frames[0].line === at) continue;
        close();
        if (/^\s*Next /.test(line)) printedFirst = true;
        chain.push({ ...reading({ type, message }), frames: [placed(file, at)] });
      }
    }
    close();
    return found(printedFirst ? chain.reverse() : chain);
  },
};

function* headsOf(line: string): Generator<{ type: string; message: string; file: string; line: number }> {
  // Of one line, which may name several, the first form that fits.
  for (const pattern of HEADS) {
    const match = pattern.exec(line);
    if (!match) continue;
    const [, type, quoted, plain, file, at] = match;
    yield { type: type!, message: joined([quoted || plain || ""]), file: file!, line: Number(at) };
    return;
  }
}

function placed(file: string, line: number): StackFrame {
  return { function: null, file, line, library: isLibraryPath(file) || file.startsWith("phar:") };
}
