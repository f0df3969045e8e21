import { headAbove, headOf } from "./head.ts";
import { isLibraryPath } from "./library.ts";
import { found, type Reader, type Reading, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const AT = /^\s{0,80}at (.{1,560})$/;
/** Firefox, Safari and what is built on their engines. */
const AT_SIGN =
  /^\s{0,20}([^\s@()]{0,200})@((?:https?|file|webpack|capacitor|app|resource|moz-extension|safari-extension):[^\s]{1,400}):(\d{1,7}):(\d{1,7})$/;
const POSITION = /:(\d{1,7})(?::(\d{1,7}))?\)?$/;
const CAUSE = /^\s*(?:\[cause\]|cause|"?cause"?|caused by|\[errors\])\s?: ?\[?/i;

/** JavaScript and TypeScript on Node, Deno, Bun and in browsers: `at name (file:12:3)`, `[cause]:`, `[errors]:`. */
export const v8: Reader = {
  language: "JavaScript, TypeScript (Node, Deno, Bun, browsers)",
  sign:
    /^\s{0,80}at .{1,500}(?::\d{1,7}|<anonymous>\)?|\(native\)|\(index \d{1,6}\))[)\]}\s{,]{0,6}$|^\s{0,20}[^\s@()]{0,200}@(?:https?|file|webpack|capacitor|app|resource|moz-extension|safari-extension):\S{1,400}:\d{1,7}:\d{1,7}$/,
  read(lines) {
    const chain: Reading[] = [];
    let above: string[] = [];
    let nested = false;
    for (const line of lines) {
      const frame = frameOf(line);
      if (frame === "none") continue;
      if (frame) {
        if (chain.length === 0 || nested) chain.push(reading(headAbove(above)));
        // A second error without a word on why it is printed is another one.
        else if (above.some((one) => headOf(one) !== null)) break;
        nested = false;
        above = [];
        chain.at(-1)!.frames.push(frame);
        continue;
      }
      if (CAUSE.test(line)) {
        pushBare(chain, { above, nested });
        nested = true;
        above = [line.replace(CAUSE, "")].filter((one) => one.trim() !== "");
      } else above.push(line);
    }
    pushBare(chain, { above, nested });
    return found(chain);
  },
};

/** A cause that is printed without calls: `[cause]: [Error: tier missing]`. */
function pushBare(
  chain: Reading[],
  { above, nested }: { readonly above: readonly string[]; readonly nested: boolean },
) {
  const head = nested ? headOf(withoutEnd(above[0] ?? "", "]}, \t")) : null;
  if (head) chain.push(reading(head));
}

/** A call; `none` for one that has no place. */
function frameOf(line: string): StackFrame | "none" | null {
  const sign = AT_SIGN.exec(line);
  if (sign) return placed(sign[1] || null, sign[2]!, [sign[3]!, sign[4]!]);
  const called = AT.exec(line)?.[1];
  if (called === undefined) return null;
  const text = withoutEnd(called, " \t{,]");
  if (/\((?:native|<anonymous>|index \d+|anonymous)\)$|^<anonymous>$/.test(text)) return "none";
  const position = POSITION.exec(text);
  if (!position) return null;
  const before = text.slice(0, position.index);
  const open = before.indexOf(" (");
  const name = open < 0 ? null : before.slice(0, open);
  const where = (open < 0 ? before : before.slice(open + 2)).replace(/^address at /, "").replace(/^async /, "");
  // What is evaluated stands where it was evaluated from.
  const inner = where.startsWith("eval at ") ? /\(([^()]{1,300}):(\d{1,7}):(\d{1,7})\)/.exec(where) : null;
  if (inner) return placed(clean(name), inner[1]!, [inner[2]!, inner[3]!]);
  if (
    /^\w[\w.]*\($|\.(?:java|kt|scala|groovy|clj|cs|fs|vb|rs|swift|go|py|rb|php|ex|erl|dart|c|cc|cpp|h|hpp)$/.test(
      where,
    ) || / in /.test(where)
  ) return null;
  return placed(clean(name), where, [position[1]!, position[2]]);
}

function placed(name: string | null, file: string, [line, column]: readonly (string | undefined)[]): StackFrame {
  // What follows `?` in the last part is no name.
  const query = file.indexOf("?", file.lastIndexOf("/") + 1);
  const path = query < 0 ? file : file.slice(0, query);
  return {
    function: name,
    file: path,
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
    library: isLibraryPath(path),
  };
}

function clean(name: string | null): string | null {
  const plain = name?.replace(/^(?:async |new )+/, "").replace(/ \[as [^\]]{0,200}\]$/, "").trim();
  return plain === undefined || plain === "" || plain === "<anonymous>" ? null : plain;
}

/** A text without any of `marks` at its end; as a pattern that would be tried at each place of a long run. */
function withoutEnd(text: string, marks: string): string {
  let end = text.length;
  while (end > 0 && marks.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}
