import { joined } from "./head.ts";
import { isLibraryPath } from "./library.ts";
import { found, type Reader, type Reading, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

const PANIC = /thread '([^']{0,120})'(?: \(\d{1,12}\))? panicked at (.*)$/;
const POSITION = /^(.{0,400}?)(?:^|, | )?((?:[A-Za-z]:)?[^\s:']{1,300}\.rs):(\d{1,7})(?::(\d{1,7}))?:?$/;
const NUMBERED = /^\s{0,12}(\d{1,4}): +(?:0x[0-9a-f]{1,16} - )?(\S.{0,400})$/;
const AT = /^\s{1,40}at ((?:[A-Za-z]:)?[^\s:]{1,400}\.rs):(\d{1,7})(?::(\d{1,7}))?(?: on .{1,80}| with .{1,200})?$/;
const CRATES =
  /^<?(?:std|core|alloc|test|tokio|futures\w*|hyper\w*|axum|tower\w*|actix\w*|rocket|warp|tonic|reqwest|serde\w*|rayon\w*|tracing\w*|anyhow|eyre|color_eyre|backtrace|sqlx\w*|diesel|mio|__rust\w*|rust_\w*|_?_?libc\w*|_start|main|clone\d?|start_thread)(?:::|$)/;
const PLACES = /^\s*(?:Location:\s*)?((?:[A-Za-z]:)?[^\s:]{1,300}\.rs):(\d{1,7})(?::(\d{1,7}))?\s*$/;

/** Rust: `panicked at` in its old and new form, numbered backtraces, `Caused by:` of anyhow and eyre, tracing's `at`. */
export const rust: Reader = {
  language: "Rust",
  sign: /panicked at |\.rs:\d{1,7}/,
  read(lines) {
    const at = lines.findIndex((line) => PANIC.test(line) || /application panicked/.test(line));
    const frames = framesOf(lines);
    if (at >= 0) return found([panicOf(lines.slice(at), frames)]);
    const causes = causesOf(lines);
    if (frames.length === 0 && causes.length === 0) return null;
    if (causes.length === 0) return found([{ ...reading(null), frames }]);
    causes.at(-1)!.frames.push(...frames);
    return found(causes);
  },
};

function panicOf(lines: readonly string[], frames: readonly StackFrame[]): Reading {
  const first = PANIC.exec(lines[0]!)?.[2] ?? "";
  const old = /^'(.{0,500})', (\S{1,400})$/.exec(first);
  const position = POSITION.exec(old ? old[2]! : first);
  const told = lines.slice(1).filter((line) => !/^\s*(?:note: |stack backtrace:|Location:|Backtrace)/i.test(line));
  const rest = told.findIndex((line) => NUMBERED.test(line) || line.trim() === "");
  const message = old
    ? old[1]!
    : position && position[1] !== "" && first.startsWith("'")
    ? position[1]!.replace(/^'|',?$/g, "")
    : joined(told.slice(0, rest < 0 ? 6 : Math.max(1, rest))).replace(/^Message:\s+/, "");
  const place = position ? [frame(null, position[2]!, [position[3]!, position[4]])] : [];
  // The backtrace begins in the runtime's own calls; the place of the panic is the innermost one.
  const [own] = place;
  const named = frames.map((one) => one.file === own?.file && one.line === own?.line ? one.function : null).find(
    Boolean,
  );
  return {
    type: "panic",
    message,
    frames: [
      ...(own ? [{ ...own, function: named ?? null }] : []),
      ...frames.filter((one) => one.file !== own?.file || one.line !== own?.line),
    ],
  };
}

/** `Error: …`, then `Caused by:` with what it was, numbered or not; eyre numbers them from the first on. */
function causesOf(lines: readonly string[]): Reading[] {
  const error = (message: string) => ({ ...reading(null), type: "Error", message });
  const eyre = lines.findIndex((line) => /(?:^|\s)Error:$/.test(line));
  const at = eyre >= 0 ? eyre : lines.findIndex((line) => /^\s*Caused by:$/.test(line));
  const top = eyre >= 0 ? undefined : lines.findLast((line, i) => (at < 0 || i < at) && /(?:^|\s)Error: \S/.test(line));
  const above = at > 0 ? lines.slice(0, at).findLast((line) => line.trim() !== "") : undefined;
  const first = top?.replace(/^.*?Error: /, "") ?? (eyre >= 0 ? undefined : above?.trim());
  const chain = first === undefined ? [] : [error(first)];
  if (at < 0) return chain;
  const causes: Reading[] = [];
  for (const line of lines.slice(at + 1)) {
    if (line.trim() === "" || /backtrace:|Location:/i.test(line)) break;
    const numbered = /^\s{0,12}\d{1,3}: (.*)$/.exec(line);
    if (numbered || causes.length === 0) causes.push(error((numbered?.[1] ?? line).trim()));
    else causes.at(-1)!.message = joined([causes.at(-1)!.message, line]);
  }
  return [...chain, ...causes];
}

function framesOf(lines: readonly string[]): StackFrame[] {
  const frames: StackFrame[] = [];
  let name: string | null = null;
  for (const [i, line] of lines.entries()) {
    const at = AT.exec(line) ?? (/Location:/.test(lines[i - 1] ?? line) ? PLACES.exec(line) : null);
    if (at) {
      frames.push(frame(name, at[1]!, [at[2]!, at[3]]));
      name = null;
      continue;
    }
    const numbered = NUMBERED.exec(line);
    if (numbered) name = numbered[2]!.replace(/::h[0-9a-f]{16}$/, "");
  }
  return frames;
}

function frame(name: string | null, file: string, [line, column]: readonly (string | undefined)[]): StackFrame {
  return {
    function: name,
    file,
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
    library: isLibraryPath(file) || /(?:^|\/)library\/(?:std|core|alloc|test)\//.test(file) ||
      (name !== null && name !== "main" && CRATES.test(name)),
  };
}
